//! Calls on a D-Bus, one after the other. The session bus of a test is a private
//! one, so its address is always given, never taken from this process.

use std::time::Duration;

use serde::Serialize;
use zbus::zvariant::{DynamicDeserialize, DynamicType, OwnedObjectPath, OwnedValue};

pub use zbus::Result;

/// An object on the bus: the connection that owns it, and its path.
pub type Object = (String, OwnedObjectPath);

/// Names an object by its owner and path.
pub fn object(owner: &str, path: &str) -> Object {
    (owner.to_owned(), path.try_into().unwrap())
}

/// A connection to a bus.
pub struct Bus(zbus::Connection);

impl Bus {
    pub fn connect(address: &str) -> Self {
        let connection = zbus::block_on(async {
            zbus::connection::Builder::address(address)?
                .method_timeout(Duration::from_secs(30))
                .build()
                .await
        });
        Self(connection.unwrap_or_else(|error| panic!("{address}: {error}")))
    }

    /// Calls `method` of `object` and reads the answer.
    pub fn call<Answer>(
        &self,
        (owner, path): &Object,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> Result<Answer>
    where
        Answer: for<'body> DynamicDeserialize<'body>,
    {
        let call = self
            .0
            .call_method(Some(owner.as_str()), path, Some(interface), method, body);
        zbus::block_on(call)?.body().deserialize()
    }

    /// Reads a property of `object`.
    pub fn property<Value>(&self, object: &Object, interface: &str, name: &str) -> Result<Value>
    where
        Value: TryFrom<OwnedValue, Error = zbus::zvariant::Error>,
    {
        let value: OwnedValue = self.call(object, PROPERTIES, "Get", &(interface, name))?;
        Ok(Value::try_from(value)?)
    }

    /// Sets a property of `object`.
    pub fn set_property(
        &self,
        object: &Object,
        interface: &str,
        name: &str,
        value: zbus::zvariant::Value<'_>,
    ) -> Result<()> {
        self.call(object, PROPERTIES, "Set", &(interface, name, value))
    }

    /// The process that owns a name on this bus.
    pub fn process_of(&self, owner: &str) -> Result<u32> {
        let bus = object("org.freedesktop.DBus", "/org/freedesktop/DBus");
        self.call(
            &bus,
            "org.freedesktop.DBus",
            "GetConnectionUnixProcessID",
            &(owner,),
        )
    }
}

const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
