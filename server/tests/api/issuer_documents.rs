//! Documents of the issuer as some servers write them: JSON all the same.

use std::io::Write;

use serde_json::json;

use crate::{
    doubles::{answer, near},
    keys::{RSA, full_set},
    token::good,
    world::{TestApi, builder},
};

fn zipped(body: &[u8]) -> Vec<u8> {
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(body).unwrap();
    zip.finish().unwrap()
}

/// RFC 8259 §8.1: a byte-order mark may be ignored. §8.2: half a surrogate pair is JSON.
#[test]
fn a_byte_order_mark_and_half_a_surrogate_pair_cost_no_document() {
    let half = r#""name": "Ada \ud83d","#;
    for (mark, half, zip) in [
        ("\u{feff}", "", false),
        ("\u{feff}", "", true),
        ("", half, false),
        ("\u{feff}", half, true),
    ] {
        let address = near(move |head| {
            let host = head.lines().find_map(|line| line.strip_prefix("host: "));
            let host = host.unwrap_or_default().trim();
            let text = match head.contains("/jwks") {
                true => full_set().to_string(),
                false => {
                    let metadata = json!({
                        "issuer": format!("http://{host}/"),
                        "jwks_uri": format!("http://{host}/jwks"),
                    });
                    metadata.to_string()
                }
            };
            // In each object, so in each key too.
            let text = text.replace('{', &format!("{{{half}"));
            let body = format!("{mark}{text}");
            match zip {
                true => answer(
                    "200 OK",
                    &["Content-Encoding: gzip"],
                    &zipped(body.as_bytes()),
                ),
                false => answer("200 OK", &[], body.as_bytes()),
            }
        });
        let issuer = format!("http://{address}/");
        let api = TestApi::launch(builder(&issuer), None);
        let status = api.present(&good(&issuer, &RSA)).status;
        assert_eq!(status, 200, "{mark:?} {half} {zip}");
    }
}
