#pragma once
#include "transport/authorizer.h"
#include "transport/body_source.h"
#include "transport/connection_settings.h"
#include "transport/headers.h"
#include "transport/request_watch.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace ksqldb::transport {

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
    /// None: no credentials. A header of the request's own goes before.
    std::shared_ptr<Authorizer> authorizer;

    /// Asked when the attempt starts, and when it is made again with other credentials, on the
    /// loop's thread: which server it goes to; must not block. What it throws ends the attempt,
    /// TransferEnd::Kind::Aborted. None: to `connection`.
    std::function<std::shared_ptr<const ConnectionSettings>()> choose;
    /// Told that the server has refused the credentials, and that the attempt waits for others.
    std::function<void()> refused;

    std::shared_ptr<RequestWatch> watch{};  // none: nobody observes it
    Headers watchHeaders{};                 // the watch's, of this attempt; they replace others

    std::chrono::milliseconds connectLimit() const {
        return connectTimeout.value_or(connection->connectTimeout);
    }
    /// For people: "POST http://localhost:8088/query-stream"; while no server is chosen, "POST
    /// /query-stream".
    std::string endpoint() const {
        return method + " " + (connection ? connection->name() : std::string()) + path;
    }
};

}  // namespace ksqldb::transport
