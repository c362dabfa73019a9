//! The manifest, held to Kubernetes' own schema and to the server.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::{
    apps::v1::Deployment,
    autoscaling::v2::HorizontalPodAutoscaler,
    core::v1::{ConfigMap, Service},
    networking::v1::NetworkPolicy,
    policy::v1::PodDisruptionBudget,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    process::{Folder, Running, ended, program},
    read,
};

/// The objects of the manifest by kind, of which there is one each.
fn objects() -> BTreeMap<String, Value> {
    let objects: Vec<Value> = serde_saphyr::from_multiple(&read("deploy/kubernetes.yaml")).unwrap();
    let count = objects.len();
    let kind = |object: &Value| object["kind"].as_str().unwrap().to_owned();
    let objects: BTreeMap<_, _> = objects.into_iter().map(|o| (kind(&o), o)).collect();
    assert_eq!(objects.len(), count, "a kind is there twice");
    objects
}

/// Reads `object` into the type that is made of Kubernetes' published schema, and
/// writes it back. A wrong type ends the reading; a name that the schema does not
/// have is lost on the way; one that it requires comes back though it was not there.
#[track_caller]
fn conforms<T: Serialize + DeserializeOwned>(object: &Value) {
    let typed: T =
        T::deserialize(object).unwrap_or_else(|error| panic!("{}: {error}", object["kind"]));
    let written = serde_json::to_value(typed).unwrap();
    let (given, understood) = (leaves(object), leaves(&written));
    let unknown: Vec<_> = given.difference(&understood).collect();
    let missing: Vec<_> = understood.difference(&given).collect();
    assert!(unknown.is_empty(), "unknown to Kubernetes: {unknown:?}");
    assert!(missing.is_empty(), "required by Kubernetes: {missing:?}");
}

/// Every value that has no others in it, with the way to it.
fn leaves(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    collect(String::new(), value, &mut found);
    found
}

fn collect(path: String, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                collect(format!("{path}/{name}"), value, found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, value) in items.iter().enumerate() {
                collect(format!("{path}/{index}"), value, found);
            }
        }
        leaf => drop(found.insert(format!("{path}: {leaf}"))),
    }
}

#[test]
fn every_object_conforms_to_the_schema_of_its_kind() {
    for (kind, object) in objects() {
        match kind.as_str() {
            "ConfigMap" => conforms::<ConfigMap>(&object),
            "Deployment" => conforms::<Deployment>(&object),
            "HorizontalPodAutoscaler" => conforms::<HorizontalPodAutoscaler>(&object),
            "NetworkPolicy" => conforms::<NetworkPolicy>(&object),
            "PodDisruptionBudget" => conforms::<PodDisruptionBudget>(&object),
            "Service" => conforms::<Service>(&object),
            _ => panic!("no schema for {kind}"),
        }
    }
}

#[test]
fn the_objects_find_each_other() {
    let objects = objects();
    let pod = &objects["Deployment"]["spec"]["template"];
    let labels = &pod["metadata"]["labels"];
    for (kind, selector) in [
        ("Deployment", "/spec/selector/matchLabels"),
        ("Service", "/spec/selector"),
        ("PodDisruptionBudget", "/spec/selector/matchLabels"),
        ("NetworkPolicy", "/spec/podSelector/matchLabels"),
    ] {
        assert_eq!(objects[kind].pointer(selector), Some(labels), "{kind}");
    }
    for spread in pod["spec"]["topologySpreadConstraints"].as_array().unwrap() {
        assert_eq!(&spread["labelSelector"]["matchLabels"], labels);
    }
    let target = &objects["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"];
    for (name, value) in [
        ("kind", &objects["Deployment"]["kind"]),
        ("apiVersion", &objects["Deployment"]["apiVersion"]),
        ("name", &objects["Deployment"]["metadata"]["name"]),
    ] {
        assert_eq!(&target[name], value);
    }
    let container = &pod["spec"]["containers"][0];
    assert_eq!(
        container["envFrom"][0]["configMapRef"]["name"],
        objects["ConfigMap"]["metadata"]["name"]
    );
}

#[test]
fn the_ports_are_those_of_the_settings() {
    let objects = objects();
    let container = &objects["Deployment"]["spec"]["template"]["spec"]["containers"][0];
    for (name, setting) in [
        ("http", "VESTIBULE_SERVER_LISTEN"),
        ("metrics", "VESTIBULE_SERVER_METRICS_LISTEN"),
    ] {
        let mut ports = container["ports"].as_array().unwrap().iter();
        let port = ports.find(|port| port["name"] == name).unwrap();
        let listen = format!("0.0.0.0:{}", port["containerPort"]);
        assert_eq!(objects["ConfigMap"]["data"][setting], listen);
    }
}

/// The server as a pod has it, but for its addresses.
#[test]
fn the_server_takes_the_settings_and_answers_the_probes() {
    let objects = objects();
    let data = objects["ConfigMap"]["data"].as_object().unwrap();
    let folder = Folder::new("pod");
    let (_, help, _) = ended(program(&folder).arg("--help"));
    let mut command = program(&folder);
    for (name, value) in data {
        let setting = name.strip_prefix("VESTIBULE_SERVER_").unwrap();
        let option = format!("--{} ", setting.to_lowercase().replace('_', "-"));
        assert!(help.contains(&option), "the server has no {option}");
        let value = match setting {
            "LISTEN" | "METRICS_LISTEN" => "127.0.0.1:0",
            // Nobody is there: the server listens all the same, and is not ready.
            "ISSUER" => "http://127.0.0.1:9/",
            _ => value.as_str().unwrap(),
        };
        command.env(name, value);
    }
    let server = Running::start(&mut command);
    let container = &objects["Deployment"]["spec"]["template"]["spec"]["containers"][0];
    for (probe, status) in [("livenessProbe", 200), ("readinessProbe", 503)] {
        let path = container[probe]["httpGet"]["path"].as_str().unwrap();
        assert_eq!(server.get(path).status, status, "{probe}");
    }
}

/// What the profile "restricted" of the Pod Security Standards asks for, and more.
#[test]
fn the_pod_may_do_nothing_but_serve() {
    let objects = objects();
    let pod = &objects["Deployment"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0]["securityContext"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(
        pod["securityContext"]["seccompProfile"]["type"],
        "RuntimeDefault"
    );
    assert_eq!(pod["automountServiceAccountToken"], false);
    // Else the Service of this name would add VESTIBULE_SERVER_PORT and more of the kind.
    assert_eq!(pod["enableServiceLinks"], false);
    assert_eq!(container["allowPrivilegeEscalation"], false);
    assert_eq!(container["readOnlyRootFilesystem"], true);
    assert_eq!(
        container["capabilities"]["drop"],
        serde_json::json!(["ALL"])
    );
}

#[test]
fn running_requests_have_their_time_before_the_pod_is_killed() {
    let objects = objects();
    let pod = &objects["Deployment"]["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let pause = &container["lifecycle"]["preStop"]["sleep"]["seconds"];
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace > pause.as_u64().unwrap() + 30, "{grace} s");
}
