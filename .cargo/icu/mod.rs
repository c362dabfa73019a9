// What the crates of ICU compile in as their data here (ICU4X_DATA_DIR, which .cargo/config.toml
// sets; each of them includes this file): all that they come with, but for two dictionaries of
// 3 MB, a fifth of the program. They tell where words end in Chinese and Japanese, which nothing
// here asks for, and in Burmese, Khmer, Lao and Thai. Without them a line of those four breaks
// at a space, or else between any two letters.

mod shipped {
    include!(concat!(core::env!("CARGO_MANIFEST_DIR"), "/data/mod.rs"));
}
pub use shipped::*;

/// In place of the dictionary for Chinese and Japanese: there is none.
#[doc(hidden)]
#[macro_export]
macro_rules! __no_dictionary_auto {
    ($provider:ty) => {
        impl icu_provider::DataProvider<icu::segmenter::provider::SegmenterDictionaryAutoV2> for $provider {
            fn load(
                &self,
                request: icu_provider::DataRequest,
            ) -> Result<
                icu_provider::DataResponse<icu::segmenter::provider::SegmenterDictionaryAutoV2>,
                icu_provider::DataError,
            > {
                let marker = <icu::segmenter::provider::SegmenterDictionaryAutoV2 as icu_provider::DataMarker>::INFO;
                Err(icu_provider::DataErrorKind::IdentifierNotFound.with_req(marker, request))
            }
        }
    };
}
// Named here, it comes before what is named with a star.
pub use __no_dictionary_auto as impl_segmenter_dictionary_auto_v2;

/// In place of the dictionaries for Burmese, Khmer, Lao and Thai: there is none.
#[doc(hidden)]
#[macro_export]
macro_rules! __no_dictionary_extended {
    ($provider:ty) => {
        impl icu_provider::DataProvider<icu::segmenter::provider::SegmenterDictionaryExtendedV2> for $provider {
            fn load(
                &self,
                request: icu_provider::DataRequest,
            ) -> Result<
                icu_provider::DataResponse<icu::segmenter::provider::SegmenterDictionaryExtendedV2>,
                icu_provider::DataError,
            > {
                let marker = <icu::segmenter::provider::SegmenterDictionaryExtendedV2 as icu_provider::DataMarker>::INFO;
                Err(icu_provider::DataErrorKind::IdentifierNotFound.with_req(marker, request))
            }
        }
    };
}
pub use __no_dictionary_extended as impl_segmenter_dictionary_extended_v2;
