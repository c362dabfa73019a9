//! Public keys that are well-formed, and with which forging is easy all the same.

/// Whether an RSA key is refused for its modulus `n`, which has no leading zero bytes.
pub fn is_weak_modulus(n: &[u8]) -> bool {
    let unused = n.first().map_or(0, |first| first.leading_zeros());
    let bits = n.len() * 8 - unused as usize;
    // RFC 7518 §3.3: 2048 bits or more; above 8192 it only costs time.
    !(2048..=8192).contains(&bits) || is_even(n) || is_roca(n)
}

/// Whether an RSA key is refused for its exponent `e`, which has no leading zero bytes.
pub fn is_weak_exponent(e: &[u8]) -> bool {
    is_even(e) || e == [1] || e.len() > 4
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|byte| byte % 2 == 0)
}

/// CVE-2017-15361: chips of one maker chose primes that are powers of 65537 modulo many
/// small primes, so their product is one too, and can be factored. Of other numbers
/// one in a hundred million looks like that.
fn is_roca(n: &[u8]) -> bool {
    const PRIMES: [u32; 17] = [
        11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
    ];
    PRIMES.iter().all(|prime| {
        let rest = n
            .iter()
            .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let mut power = 1;
        loop {
            if power == rest {
                return true;
            }
            power = power * 65537 % prime;
            if power == 1 {
                return false;
            }
        }
    })
}

/// Whether the order of an Ed25519 public key, a point, divides 8 (RFC 8032 §5.1.7): anybody
/// can then make a signature that is good for one message in eight or more, without the
/// private key. The sign bit of x is not compared; y = 0 and y = 1 can also be written as
/// p and p + 1.
pub fn has_small_order(mut point: [u8; 32]) -> bool {
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    point[31] &= 0x7f;
    let (low, middle, high) = (point[0], &point[1..31], point[31]);
    // y is 0 or 1.
    let small = low <= 1 && middle.iter().all(|byte| *byte == 0) && high == 0;
    // y is p - 1, p or p + 1.
    let large =
        (0xec..=0xee).contains(&low) && middle.iter().all(|byte| *byte == 0xff) && high == 0x7f;
    small || large || ORDER_8.contains(&point)
}
