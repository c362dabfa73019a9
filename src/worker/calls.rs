//! The calls of the API: asked for, under way, answered.

use std::time::SystemTime;

use super::Worker;
use crate::{
    api,
    auth::Error,
    notice::Failure,
    state::{Answer, CallState, State},
};

impl Worker {
    /// The list of calls, none of which has been asked for.
    pub(super) fn untried_calls(&self) -> Vec<CallState> {
        let untried = self.calls.iter().map(|call| CallState {
            name: call.name,
            answer: Answer::Absent,
        });
        untried.collect()
    }

    /// Makes the call with this place in the list.
    pub(super) fn fetch(&mut self, place: usize) {
        let (Some(session), Some(call)) = (&self.session, self.calls.get(place)) else {
            return;
        };
        let (session, call) = (session.clone(), call.clone());
        if let State::SignedIn { calls, .. } = &mut self.state
            && let Some(asked) = calls.get_mut(place)
        {
            asked.answer = Answer::Fetching;
            self.show(self.state.clone());
        }
        self.drop_job();
        self.job = Some(self.jobs.fetch(self.number, session, call));
    }

    pub(super) fn answer(&mut self, answer: Result<String, api::Error>) {
        if let Err(api::Error::Auth(error @ Error::Ended(ended))) = &answer {
            let user = self.user();
            if let Some(session) = self.session.take() {
                self.leave(session, ended);
            }
            return self.ended(user, error);
        }
        self.renew_notices();
        self.show_answer(match answer {
            Ok(text) => Answer::Received(text),
            Err(error) => Answer::Failed(Failure::of_call(&error, SystemTime::now())),
        });
    }

    /// Shows what came of the call under way; there is one job at a time.
    pub(super) fn show_answer(&mut self, answer: Answer) {
        let State::SignedIn { calls, .. } = &mut self.state else {
            return;
        };
        let mut fetching = calls.iter_mut().filter(|c| c.answer == Answer::Fetching);
        if let Some(call) = fetching.next() {
            call.answer = answer;
            self.show(self.state.clone());
        }
    }
}
