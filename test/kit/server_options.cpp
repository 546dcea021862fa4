#include "options.h"

#include <ksqldb/error.h>

namespace ksqldb::testing {

ServerOptions::ServerOptions() : impl_(std::make_unique<Impl>()) {}
ServerOptions::ServerOptions(const ServerOptions& other)
    : impl_(std::make_unique<Impl>(*other.impl_)) {}
ServerOptions::ServerOptions(ServerOptions&&) noexcept = default;
ServerOptions& ServerOptions::operator=(ServerOptions other) noexcept {
    impl_.swap(other.impl_);
    return *this;
}
ServerOptions::~ServerOptions() = default;

ServerOptions& ServerOptions::tls(bool on) {
    impl_->tls = on;
    return *this;
}

ServerOptions& ServerOptions::apiKey(std::string key, std::string secret) {
    impl_->apiKey = {std::move(key), std::move(secret)};
    return *this;
}

ServerOptions& ServerOptions::bearerToken(std::string token) {
    impl_->bearerToken = std::move(token);
    return *this;
}

ServerOptions& ServerOptions::basePath(std::string path) {
    if (!path.empty() && (path.front() != '/' || path.back() == '/'))
        throw Error(ErrorCode::InvalidArgument,
                    "a base path begins with a slash and does not end with one: " + path);
    impl_->basePath = std::move(path);
    return *this;
}

ServerOptions& ServerOptions::http2(bool on) {
    impl_->http2 = on;
    return *this;
}

ServerOptions& ServerOptions::port(std::uint16_t port) {
    impl_->port = port;
    return *this;
}

}  // namespace ksqldb::testing
