//! More connections to the redirect port than the program may hold open:
//! security catalogue L16.

use std::{
    fs,
    net::{SocketAddr, TcpStream},
    process::Command,
};

use url::Url;

use crate::{
    clock::eventually,
    program::{Program, command},
    store::Folder,
    world::World,
};

/// Files and sockets that the program may have open; it needs a dozen itself.
const LIMIT: usize = 40;

/// The program, started by a shell that lowers the limit first.
fn limited(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -n {LIMIT} && exec \"$0\" \"$@\"")]);
    shell.arg(command.get_program()).args(command.get_args());
    shell.env_clear();
    shell.envs(command.get_envs().filter_map(|(k, v)| Some((k, v?))));
    shell.current_dir(command.get_current_dir().unwrap());
    shell
}

fn redirect_address(authorization: &str) -> SocketAddr {
    let url = Url::parse(authorization).unwrap();
    let mut pairs = url.query_pairs();
    let redirect = pairs.find(|(name, _)| name == "redirect_uri").unwrap().1;
    let port = Url::parse(&redirect).unwrap().port().unwrap();
    SocketAddr::from(([127, 0, 0, 1], port))
}

fn open_files(program: &Program) -> usize {
    let folder = format!("/proc/{}/fd", program.pid());
    fs::read_dir(folder).map_or(0, Iterator::count)
}

/// Fills the program up to its limit and more; what comes is held open.
fn flood(program: &Program, address: SocketAddr) -> Vec<TcpStream> {
    let connect = |_| TcpStream::connect(address).unwrap();
    let flood: Vec<_> = (0..LIMIT).map(connect).collect();
    // A connection takes two: with one left, the next has no room for its
    // second.
    eventually("the limit is reached", || open_files(program) >= LIMIT - 1);
    flood
}

/// A flood that does not let go is dropped by its silence: the callback waits
/// for it and still comes through.
#[test]
fn the_genuine_callback_is_served_after_a_flood_that_stays() {
    let world = World::new();
    let folder = Folder::new("flood-stays");
    let login = command(&world, &folder, &["login", "--no-browser"]);
    let program = Program::start(limited(&login));
    let flood = flood(&program, redirect_address(&program.address()));
    program.visit(&world);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    drop(flood);
}
