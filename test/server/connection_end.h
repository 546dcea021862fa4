#pragma once

#include <exception>

namespace ksqldb::server {

/// Ends a script whose client is gone or whose server stops. Scripts let it pass.
struct ConnectionEnded : std::exception {
    const char* what() const noexcept override { return "the connection has ended"; }
};

/// How a TLS connection is closed: with the close_notify alert, or like a cut one without it.
enum class TlsEnd { Notify, Cut };

}  // namespace ksqldb::server
