//! The built program: what it prints, how it ends, where its settings come from.
