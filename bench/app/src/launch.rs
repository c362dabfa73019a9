//! One start of one program: what is seen of it, and what it costs.

use std::{
    collections::BTreeSet,
    fs, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    desktop::Desktop,
    look::Look,
    machine::Ticks,
    process::{Memory, Program},
    programs::Peer,
    screen::{Change, Screen},
    sign_in::Provider,
};

/// How long a program may take until its screen stands.
const LIMIT: Duration = Duration::from_secs(60);
/// For so long after that what it does counts as its start.
const START: Duration = Duration::from_secs(2);
/// Then it is left alone for so long: threads that wait for more work end.
const REST: Duration = Duration::from_secs(3);
/// For so long it is watched while nobody does anything.
const IDLE: Duration = Duration::from_secs(10);

/// What was measured at one start. Times in ms, sizes in MB.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// From just before the process was made until its window was mapped
    pub mapped: f64,
    /// … until the screen stood as it stayed
    pub content: f64,
    /// Time on a core until then of its processes that run
    pub content_cpu: f64,
    /// … until two seconds later, and of those that have ended
    pub start_cpu: f64,
    /// Fifteen seconds after the screen stood
    pub memory: Memory,
    pub threads: f64,
    /// In ten seconds without anybody doing anything
    pub idle_switches: f64,
    pub idle_cpu: f64,
    /// The program's file, and that with all libraries that it has mapped
    pub file: f64,
    pub files: f64,
    /// How busy the processors were meanwhile, in percent: with other programs, since
    /// these ones rest
    pub foreign: f64,
}

impl Start {
    /// What is told of it while the run goes on.
    pub fn line(&self) -> String {
        format!(
            "content {:.0} ms, CPU {:.0} ms, PSS {:.2} MB, private dirty {:.2} MB, \
             {} switches and {:.2} ms in 10 s",
            self.content,
            self.start_cpu,
            self.memory.pss,
            self.memory.private_dirty,
            self.idle_switches,
            self.idle_cpu
        )
    }
}

/// Starts `peer` on a desktop of its own and measures it.
///
/// `at_rest`: also once it has come to rest, which takes a quarter of a minute.
pub fn measure(peer: &Peer, provider: Option<&Provider>, at_rest: bool) -> Result<Start> {
    let desktop = Desktop::start()?;
    if peer.look == Look::SignedIn {
        let provider = provider.context("nobody to sign in at")?;
        provider.sign_in(&desktop, &peer.path)?;
    }
    let screen = Screen::connect(desktop.display())?;
    let mut command = desktop.command(&peer.path)?;
    peer.equip(&mut command);
    if let Some(provider) = provider.filter(|_| peer.look == Look::SignedIn) {
        provider.equip(&mut command);
    }
    let mut program = Program::start(command)?;
    let measured = watch(peer, &screen, &program, at_rest);
    let measured = measured.and_then(|mut start| {
        program.check()?;
        start.start_cpu += milliseconds(program.end()?);
        Ok(start)
    });
    let name = peer.path.file_name().unwrap_or_default();
    measured.with_context(|| {
        let said = desktop.errors(&name.to_string_lossy());
        format!("{}, which says: {}", peer.name, said.trim())
    })
}

fn watch(peer: &Peer, screen: &Screen, program: &Program, at_rest: bool) -> Result<Start> {
    let (mapped, content, content_cpu) = until_it_stands(peer.look, screen, program)?;
    let start_cpu = program.cpu()?;
    let (rest, idle) = if at_rest {
        (REST, IDLE)
    } else {
        Default::default()
    };
    thread::sleep(rest);
    let (_, switches) = program.threads()?;
    let (cpu, ticks) = (program.cpu()?, Ticks::now()?);
    thread::sleep(idle);
    let foreign = Ticks::now()?.busy_since(ticks);
    let (threads, switches_then) = program.threads()?;
    Ok(Start {
        mapped: milliseconds(mapped),
        content: milliseconds(content),
        content_cpu: milliseconds(content_cpu),
        start_cpu: milliseconds(start_cpu),
        idle_switches: switches_then.saturating_sub(switches) as f64,
        idle_cpu: milliseconds(program.cpu()?.saturating_sub(cpu)),
        memory: program.memory()?,
        threads: threads as f64,
        file: peer.file()?,
        files: files(program)?,
        foreign,
    })
}

/// When the window was mapped, when its screen stood, and the time on a core until then.
/// It stands once nothing that is painted in the next two seconds changes that.
fn until_it_stands(
    look: Look,
    screen: &Screen,
    program: &Program,
) -> Result<(Duration, Duration, Duration)> {
    let give_up = program.started + LIMIT;
    let mut mapped = None;
    let mut standing: Option<(Instant, Duration)> = None;
    let mut refused = String::from("nothing was painted");
    loop {
        let until = standing.map_or(give_up, |(at, _)| at + START);
        let Some((change, at)) = screen.next(until)? else {
            let Some((stood, cpu)) = standing else {
                bail!("its screen does not come: {refused}");
            };
            let mapped = mapped.context("painted, and yet not mapped")?;
            let since = |at: Instant| at.duration_since(program.started);
            return Ok((since(mapped), since(stood), cpu));
        };
        match change {
            Change::Mapped => {
                mapped.get_or_insert(at);
            }
            Change::Painted => match look.check(&screen.picture()?) {
                Ok(()) if standing.is_none() => standing = Some((at, program.cpu()?)),
                Ok(()) => {}
                Err(why) => (standing, refused) = (None, why.to_string()),
            },
        }
    }
}

/// All files of which a program has mapped code, in MB of 10^6 octets.
fn files(program: &Program) -> Result<f64> {
    let mut paths = BTreeSet::new();
    for process in program.processes()? {
        let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
        let code = maps.lines().filter(|map| map.contains("r-xp"));
        let named = code.filter_map(|map| map.find('/').map(|at| map[at..].to_owned()));
        paths.extend(named);
    }
    let sizes = paths.iter().filter_map(|path| fs::metadata(path).ok());
    Ok(sizes.map(|file| file.len()).sum::<u64>() as f64 / 1e6)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
