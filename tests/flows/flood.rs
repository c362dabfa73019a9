//! More connections to the redirect port than the program may hold open:
//! security catalogue L16.

use std::{
    fs,
    io::Write,
    net::{SocketAddr, TcpStream},
    process::Command,
    thread,
    time::Duration,
};

use url::Url;
use vestibule_server::dev_idp::Fault;

use crate::{
    clock::eventually,
    program::{Program, command},
    store::Folder,
    world::World,
};

/// Files and sockets that the program may have open; a dozen it needs itself, and
/// sixteen it holds back.
const LIMIT: usize = 64;

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

/// More connections than the program may have open, held open.
fn flood(address: SocketAddr) -> Vec<TcpStream> {
    let connect = |_| TcpStream::connect(address).unwrap();
    (0..LIMIT).map(connect).collect()
}

fn filled(program: &Program, address: SocketAddr) -> Vec<TcpStream> {
    let flood = flood(address);
    // A connection takes two: with one left, the next has no room for its
    // second.
    eventually("the limit is reached", || open_files(program) >= LIMIT - 1);
    flood
}

fn is_exchanging(program: &Program) -> bool {
    program.stderr().contains("Signing you in")
}

/// As a person does who sees an error page: opens the address again. The connection
/// for which the last descriptor was too few is lost.
fn visit(program: &Program, world: &World) {
    for _ in 0..5 {
        program.visit(world);
        world.browser.is_through();
        if is_exchanging(program) {
            return;
        }
    }
    panic!("the callback was not served: {}", program.stderr());
}

#[test]
fn the_genuine_callback_is_served_once_a_flood_up_to_the_limit_lets_go() {
    let world = World::new();
    let folder = Folder::new("flood");
    let login = command(&world, &folder, &["login", "--no-browser"]);
    let program = Program::start(limited(&login));
    let flood = filled(&program, redirect_address(&program.address()));
    // The listener fails and is opened anew.
    thread::sleep(Duration::from_millis(1500));
    drop(flood);
    visit(&program, &world);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(ended.stdout, "Ada Lovelace\n");
}

/// A flood that does not let go is dropped by its silence: the callback waits
/// for it and still comes through.
#[test]
fn the_genuine_callback_is_served_after_a_flood_that_stays() {
    let world = World::new();
    let folder = Folder::new("flood-stays");
    let login = command(&world, &folder, &["login", "--no-browser"]);
    let program = Program::start(limited(&login));
    let flood = filled(&program, redirect_address(&program.address()));
    visit(&program, &world);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    drop(flood);
}

/// The exchange and the store have descriptors of their own.
#[test]
fn a_flood_while_the_code_is_exchanged_costs_no_sign_in() {
    let world = World::new();
    let folder = Folder::new("flood-exchange");
    world.faults.set(Fault::SlowToken);
    let login = command(&world, &folder, &["login", "--no-browser"]);
    let program = Program::start(limited(&login));
    let address = redirect_address(&program.address());
    program.visit(&world);
    eventually("the exchange begins", || is_exchanging(&program));
    let mut flood = flood(address);
    // Never silent for long enough to be dropped.
    while open_files(&program) > 0 {
        for connection in &mut flood {
            let _ = connection.write_all(b"G");
        }
        thread::sleep(Duration::from_secs(1));
    }
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}
