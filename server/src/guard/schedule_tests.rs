use super::*;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn warm_since(seconds: u64) -> Schedule {
    let mut schedule = Schedule::default();
    assert!(schedule.want(Reason::Age, at(seconds)));
    schedule.succeeded(at(seconds), None);
    schedule
}

#[test]
fn the_issuer_may_ask_for_a_fetch_earlier_but_not_too_often() {
    let mut schedule = Schedule::default();
    for (max_age, due) in [
        (None, 270),
        (Some(0), 60),
        (Some(90), 90),
        (Some(86_400), 270),
    ] {
        schedule.succeeded(at(0), max_age.map(Duration::from_secs));
        assert_eq!(schedule.next_due(), at(due), "{max_age:?}");
    }
}

#[test]
fn one_fetch_runs_at_a_time() {
    let mut schedule = Schedule::default();
    assert!(schedule.want(Reason::Age, at(0)));
    assert!(!schedule.want(Reason::Age, at(0)));
    assert!(!schedule.want(Reason::Look, at(0)));
    assert!(schedule.under_way());
}

#[test]
fn cold_failures_pause_for_one_to_thirty_seconds() {
    let mut schedule = Schedule::default();
    let mut now = 0;
    for pause in [1, 2, 4, 8, 16, 30, 30, 30] {
        assert!(schedule.want(Reason::Age, at(now)));
        schedule.failed(at(now), false);
        assert_eq!(schedule.next_due(), at(now + pause));
        assert!(!schedule.want(Reason::Age, at(now + pause - 1)));
        assert!(!schedule.want(Reason::Look, at(now + pause - 1)));
        now += pause;
    }
}

#[test]
fn warm_failures_pause_as_cold_ones_do() {
    let mut schedule = warm_since(0);
    let mut now = 270;
    for pause in [1, 2, 4, 8, 16, 30, 30] {
        assert!(schedule.want(Reason::Age, at(now)));
        schedule.failed(at(now), false);
        assert_eq!(schedule.next_due(), at(now + pause));
        now += pause;
    }
}

#[test]
fn once_there_are_keys_a_failure_does_not_put_off_the_look_for_an_unknown_one() {
    for answered in [false, true] {
        let mut schedule = warm_since(0);
        assert!(schedule.want(Reason::Age, at(270)));
        schedule.failed(at(270), answered);
        assert!(schedule.want(Reason::Look, at(270)), "{answered}");
    }
}

#[test]
fn a_flood_in_an_outage_costs_no_more_than_the_attempts_because_of_age() {
    // How many are made in an hour if each takes so long and a token with an unknown
    // key comes so often.
    let attempts = |age_first: bool, takes: u64, every: u64| {
        let mut schedule = warm_since(0);
        let mut attempts = 0;
        let mut ends = None;
        for now in 270..270 + 3600 {
            let mut reasons = vec![Reason::Age];
            if now % every == 0 {
                reasons.insert(usize::from(age_first), Reason::Look);
            }
            for reason in reasons {
                if schedule.want(reason, at(now)) {
                    attempts += 1;
                    ends = Some(now + takes);
                }
            }
            if ends.take_if(|ends| *ends == now).is_some() {
                schedule.failed(at(now), false);
            }
        }
        attempts
    };
    for takes in [0, 1, 5, 10] {
        for age_first in [true, false] {
            for every in [1, 2, 10_000] {
                let attempts = attempts(age_first, takes, every);
                assert!(attempts <= 3600 / 30 + 5, "{takes} {every} {attempts}");
            }
            // A few between the attempts because of age add their own looks.
            for every in [3, 7, 13, 20, 29] {
                let attempts = attempts(age_first, takes, every);
                assert!(attempts <= 2 * 3600 / 30 + 5, "{takes} {every} {attempts}");
            }
        }
    }
}

#[test]
fn a_look_is_used_up_by_a_fetch_under_way_only_if_that_succeeds() {
    let joined = || {
        let mut schedule = warm_since(0);
        assert!(schedule.want(Reason::Age, at(270)));
        assert!(!schedule.want(Reason::Look, at(272)));
        assert!(!schedule.want(Reason::Look, at(274)));
        schedule
    };
    let mut schedule = joined();
    schedule.failed(at(275), false);
    assert!(schedule.want(Reason::Look, at(275)));
    schedule.failed(at(276), false);
    assert!(!schedule.want(Reason::Look, at(304)));

    let mut schedule = joined();
    schedule.succeeded(at(275), None);
    assert!(!schedule.want(Reason::Look, at(301)));
    assert!(schedule.want(Reason::Look, at(302)));
}

#[test]
fn a_fetch_that_has_just_begun_is_the_look_itself() {
    let mut schedule = warm_since(0);
    assert!(schedule.want(Reason::Age, at(270)));
    assert!(!schedule.want(Reason::Look, at(270) + JUST_NOW));
    schedule.failed(at(271), false);
    assert!(!schedule.want(Reason::Look, at(299)));
}

#[test]
fn a_success_ends_the_pauses() {
    let mut schedule = Schedule::default();
    assert!(schedule.want(Reason::Age, at(0)));
    schedule.failed(at(0), false);
    assert!(schedule.want(Reason::Age, at(1)));
    schedule.succeeded(at(1), None);
    assert_eq!(schedule.next_due(), at(271));
    assert!(schedule.want(Reason::Look, at(1)));
}

#[test]
fn an_issuer_without_usable_keys_is_asked_every_thirty_seconds() {
    let mut schedule = Schedule::default();
    assert!(schedule.want(Reason::Age, at(0)));
    schedule.failed(at(0), true);
    assert!(!schedule.want(Reason::Age, at(29)));
    assert!(!schedule.want(Reason::Look, at(29)));
    assert!(schedule.want(Reason::Age, at(30)));
}

#[test]
fn keys_are_fetched_again_before_they_are_five_minutes_old() {
    let mut schedule = warm_since(10);
    assert!(!schedule.want(Reason::Age, at(279)));
    assert!(!schedule.must_wait(at(309)));
    assert!(schedule.want(Reason::Age, at(280)));
}

#[test]
fn keys_older_than_five_minutes_are_waited_for_unless_the_issuer_is_away() {
    let mut schedule = warm_since(0);
    assert!(schedule.must_wait(at(300)));
    assert!(schedule.want(Reason::Age, at(300)));
    schedule.failed(at(300), false);
    assert!(!schedule.must_wait(at(301)));
}

#[test]
fn a_fetch_is_waited_for_until_it_has_taken_five_seconds_where_there_are_keys() {
    let mut schedule = warm_since(0);
    assert!(schedule.want(Reason::Look, at(100)));
    for (now, seconds) in [(100, 5), (103, 2), (105, 0), (110, 0)] {
        assert_eq!(schedule.patience(at(now)), Duration::from_secs(seconds));
    }
    let mut cold = Schedule::default();
    assert!(cold.want(Reason::Age, at(100)));
    assert_eq!(cold.patience(at(110)), WAIT_LIMIT);
}

#[test]
fn unknown_keys_fetch_once_in_thirty_seconds() {
    let mut schedule = warm_since(0);
    assert!(schedule.want(Reason::Look, at(1)));
    schedule.succeeded(at(1), None);
    assert!(!schedule.want(Reason::Look, at(30)));
    assert!(schedule.want(Reason::Look, at(31)));
    schedule.failed(at(31), false);
    assert!(!schedule.want(Reason::Look, at(60)));
    assert!(schedule.want(Reason::Look, at(61)));
}

#[test]
fn keys_of_an_outage_end_after_a_day() {
    let mut schedule = warm_since(0);
    assert!(schedule.want(Reason::Age, at(400)));
    assert!(!schedule.failed(at(24 * 3600 - 1), false));
    assert!(schedule.want(Reason::Age, at(25 * 3600)));
    assert!(schedule.failed(at(25 * 3600), false));
    assert!(schedule.must_wait(at(25 * 3600)));
}
