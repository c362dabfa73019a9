//! Security catalogue F1a, byte by byte: an answer that is no JSON as a whole costs the
//! refresh, and not the rotated token in it.

use crate::flawed::{Refresh, survives};

type Garble = fn(String) -> Vec<u8>;

#[test]
fn a_rotated_token_is_kept_out_of_an_answer_that_is_no_json() {
    const GARBLED: [(&str, Garble); 9] = [
        ("a number that is none", |json| {
            member(&json, r#""expires_at":1e999"#)
        }),
        ("a line end in a text", |json| {
            member(&json, "\"note\":\"a\nb\"")
        }),
        ("another encoding", |json| {
            let mut bytes = member(&json, r#""name":"Ren?""#);
            let at = bytes.iter().position(|b| *b == b'?').unwrap();
            bytes[at] = 0xe9;
            bytes
        }),
        ("a notice before it", |json| {
            format!("PHP Notice: x\n{json}").into()
        }),
        ("zeros behind it", |json| format!("{json}\0\0").into()),
        ("twice", |json| format!("{json}{json}").into()),
        ("a comma too many", |json| member(&json, "")),
        ("cut off", |json| {
            let end = member(&json, r#""name":"Ada Lo"#);
            end[..end.len() - 1].to_vec()
        }),
        ("in a page", |json| format!("<pre>{json}</pre>").into()),
    ];
    for (flaw, garble) in GARBLED {
        let begin = |world: &crate::world::World| {
            world.http.at("/token", move |request, send| {
                let mut answer = send(request)?;
                let json = String::from_utf8(answer.body().clone()).unwrap();
                *answer.body_mut() = garble(json);
                Ok(answer)
            });
        };
        survives(flaw, Refresh::Fails, begin, |world| {
            world.http.clear("/token");
        });
    }
}

/// With another member at its end.
fn member(json: &str, member: &str) -> Vec<u8> {
    let open = json.trim_end().strip_suffix('}').unwrap();
    format!("{open},{member}}}").into_bytes()
}
