//! The floor: bare poem and, for each request, one RS256 verification of a constant
//! by aws-lc with a key that was parsed beforehand. Nobody who verifies a token that
//! he has never seen can do with less.

use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
        RsaPublicKeyComponents,
    },
};
use poem::{
    EndpointExt, Route, Server, get, handler, http::StatusCode, listener::TcpListener, web::Data,
};

/// Header and claims of the benchmark's tokens have this many characters, their dot
/// included.
const SIGNING_INPUT: usize = 513;

struct Constant {
    key: ParsedPublicKey,
    input: Vec<u8>,
    signature: Vec<u8>,
}

impl Constant {
    fn new() -> Result<Self> {
        let refused = || anyhow!("aws-lc refused");
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let public = pair.public_key();
        let n = public.modulus().big_endian_without_leading_zero();
        let e = public.exponent().big_endian_without_leading_zero();
        let key = RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .map_err(|_| refused())?;
        let input = vec![b'a'; SIGNING_INPUT];
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            &input,
            &mut signature,
        )?;
        Ok(Self {
            key,
            input,
            signature,
        })
    }
}

#[handler]
fn private(Data(constant): Data<&Arc<Constant>>) -> Result<&'static str, StatusCode> {
    match constant
        .key
        .verify_sig(&constant.input, &constant.signature)
    {
        Ok(()) => Ok("Only authenticated users can read this message."),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn main() -> Result<()> {
    let listen = std::env::var("LISTEN").context("LISTEN")?;
    let constant = Arc::new(Constant::new()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let app = Route::new().at("/private", get(private).data(constant));
    Ok(runtime.block_on(Server::new(TcpListener::bind(listen)).run(app))?)
}
