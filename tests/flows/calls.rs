//! A list of several calls: each has its own answer, and one is made at a time.

use vestibule::{
    api::{self, Call},
    state::{Answer, Command, State},
};

use crate::{
    clock::Gate,
    http::{held, status},
    states::App,
    world::{MESSAGE, World, sign_in},
};

/// Somebody is signed in, and there is something beside the message.
fn signed_in(world: &World) -> App {
    sign_in(&world.client()).unwrap();
    let mut orders = Call {
        name: "orders",
        method: http::Method::POST,
        ..api::message(&world.api)
    };
    orders.address.set_path("/orders");
    let app = App::with(world.client(), vec![api::message(&world.api), orders]);
    app.until("SignedIn");
    app
}

/// What came of each call.
fn answers(state: &State) -> Vec<(&'static str, Answer)> {
    let State::SignedIn { calls, .. } = state else {
        return Vec::new();
    };
    let answers = calls.iter().map(|call| (call.name, call.answer.clone()));
    answers.collect()
}

fn until(app: &App, message: &Answer, orders: &Answer) {
    let expected = [("message", message.clone()), ("orders", orders.clone())];
    app.until_it(|state| answers(state) == expected);
}

fn received(text: &str) -> Answer {
    Answer::Received(text.to_owned())
}

#[test]
fn each_call_is_made_as_its_entry_says_and_has_its_own_answer() {
    let world = World::new();
    world.http.at("/orders", |_, _| status(200, "Two orders."));
    let app = signed_in(&world);
    app.send(Command::Fetch(1));
    until(&app, &Answer::Absent, &Answer::Fetching);
    until(&app, &Answer::Absent, &received("Two orders."));
    let sent = world.http.sent_to("/orders");
    let methods: Vec<_> = sent.iter().map(|sent| sent.method.as_str()).collect();
    assert_eq!(
        (methods.as_slice(), world.http.count("/private")),
        (["POST"].as_slice(), 0)
    );
    app.send(Command::Fetch(0));
    until(&app, &Answer::Fetching, &received("Two orders."));
    until(&app, &received(MESSAGE), &received("Two orders."));
}

#[test]
fn while_a_call_is_under_way_no_other_is_made() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/orders", held(gate.passage()));
    let app = signed_in(&world);
    app.send(Command::Fetch(1));
    gate.reached();
    app.send(Command::Fetch(0));
    // It is about the one under way.
    let (state, _) = app.answer(Command::Cancel);
    let nothing = [("message", Answer::Absent), ("orders", Answer::Absent)];
    assert_eq!(answers(&state), nothing);
    gate.open();
    app.send(Command::Fetch(0));
    until(&app, &received(MESSAGE), &Answer::Absent);
    assert_eq!(world.http.count("/private"), 1);
}

#[test]
fn a_call_that_is_not_on_the_list_is_not_made() {
    let world = World::new();
    let app = signed_in(&world);
    app.send(Command::Fetch(2));
    app.send(Command::Fetch(0));
    until(&app, &received(MESSAGE), &Answer::Absent);
    assert_eq!(world.http.count("/private"), 1);
}
