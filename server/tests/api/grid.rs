//! Runs a table of named tokens against one API and names all that got a wrong
//! verdict, not just the first.

use crate::{issuer::TestIssuer, keys::RSA, token::good, world::TestApi};

pub type Grid = Vec<(String, String)>;

/// Each token must be answered exactly as any other bad token is.
pub fn assert_all_refused(api: &TestApi, issuer: &TestIssuer, grid: &Grid) {
    assert_eq!(
        api.present(&good(&issuer.url, &RSA)).status,
        200,
        "the good token"
    );
    let reference = api.present("a.b.c");
    assert_eq!(reference.status, 401);
    let mut wrong = Vec::new();
    for (name, token) in grid {
        let answer = api.present(token);
        let same = answer.status == 401
            && answer.challenge() == reference.challenge()
            && answer.body == reference.body;
        if !same {
            wrong.push(format!("{name}: {} {}", answer.status, answer.body));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        grid.len(),
        wrong.join("\n")
    );
    assert_eq!(
        api.present(&good(&issuer.url, &RSA)).status,
        200,
        "the good token afterwards"
    );
}

/// Each token must be let through.
pub fn assert_all_accepted(api: &TestApi, grid: &Grid) {
    let refused: Vec<_> = grid
        .iter()
        .filter(|(_, token)| api.present(token).status != 200)
        .map(|(name, _)| name.as_str())
        .collect();
    assert!(
        refused.is_empty(),
        "{} of {}:\n{}",
        refused.len(),
        grid.len(),
        refused.join("\n")
    );
}
