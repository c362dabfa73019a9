//! Variables that an engine makes of the names of services and containers. Those of one
//! called `vestibule-server` begin as the settings do.

/// Whether an engine made this variable.
pub fn is_link(name: &str, value: &str) -> bool {
    is_service_link(name, value) || is_container_link(name, value)
}

/// What the engine tells a container of a linked one: its name, and its environment.
fn is_container_link(name: &str, value: &str) -> bool {
    name.ends_with("_NAME") && value.starts_with('/') || name.contains("_ENV_")
}

/// What Kubernetes tells each pod of a service called `vestibule-server` or
/// `vestibule-server-…`, and container engines of a linked container of that name:
/// `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_HTTP`, `…_PORT=tcp://10.0.0.1:80`,
/// `…_PORT_80_TCP`, `…_PORT_80_TCP_ADDR` and so on.
fn is_service_link(name: &str, value: &str) -> bool {
    let Some((_, port)) = name.rsplit_once("_PORT_") else {
        let service = ["_SERVICE_HOST", "_SERVICE_PORT"];
        let link = name.ends_with("_PORT") && value.contains("://");
        return link || service.iter().any(|end| name.ends_with(end));
    };
    let (number, protocol) = port.split_once('_').unwrap_or((port, ""));
    let protocol = protocol.split('_').next().unwrap_or_default();
    let numbered = number.parse::<u16>().is_ok() && ["TCP", "UDP", "SCTP"].contains(&protocol);
    numbered || name.contains("_SERVICE_PORT_")
}
