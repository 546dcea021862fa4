#pragma once
#include "transport/body_source.h"
#include "transport/headers.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ksqldb::transport {

/// How TCP finds out that the other side is gone while nothing is sent.
struct KeepAlive {
    std::chrono::seconds idle{30};  // after so much silence it asks; 0: never
    std::chrono::seconds interval{30};
    unsigned probes = 0;  // so many without an answer end the connection; 0: the system's number
};

/// A server and the way to it. Requests to one server share it.
struct ConnectionSettings {
    std::string baseUrl;  // "https://host:443"
    bool isTls = false;
    std::string caFile;  // empty: the system's roots
    std::chrono::milliseconds connectTimeout{10'000};
    KeepAlive keepAlive;
};

/// Who asks: by user and secret (Basic), or by a token (Bearer), or nobody in particular.
struct Credentials {
    std::string user, secret;  // used where user is not empty
    std::string bearer;        // used where it is not empty
};

/// One HTTP exchange: an attempt at a call.
struct HttpRequest {
    enum class Version {
        Http11,         // a paused answer buffers nothing
        Http2Required,  // over plain http without asking first; what is answered in HTTP/1.1
                        // fails. Over a connection of its own
    };
    using Body = std::variant<std::string, std::shared_ptr<BodySource>>;

    std::shared_ptr<const ConnectionSettings> connection;
    Version version = Version::Http11;
    std::string method = "POST";  // any token
    std::string path;             // "/query-stream", after the base URL
    Headers headers;              // all of them, save those about the body's length and User-Agent
    /// libcurl sends it again by itself where a connection that it had kept turns out to be closed,
    /// though the server may have acted on it before. Else such a request fails: ConnectionLost.
    bool mayBeSentTwice = false;
    std::optional<std::chrono::milliseconds> connectTimeout;  // none: the connection's
    bool ownConnection = false;  // a new one, which no other request uses later
    bool wantsHeaders = false;   // ResponseHead::headers; few ask for them
    Body body;                   // GET, HEAD and DELETE without a body: an empty string
    /// Asked when the attempt starts, on the loop's thread: must not block. What it throws ends the
    /// attempt, TransferEnd::Kind::Aborted. None: no credentials.
    std::function<Credentials()> authorization;

    /// Asked as `authorization` is: which server the attempt goes to. None: to `connection`.
    std::function<std::shared_ptr<const ConnectionSettings>()> choose;

    std::chrono::milliseconds connectLimit() const {
        return connectTimeout.value_or(connection->connectTimeout);
    }
    /// For people: "POST http://localhost:8088/query-stream"; while no server is chosen, "POST
    /// /query-stream".
    std::string endpoint() const {
        return method + " " + (connection ? connection->baseUrl : std::string()) + path;
    }
};

}  // namespace ksqldb::transport
