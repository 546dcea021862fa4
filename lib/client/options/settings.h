#pragma once
#include "client/options/credential_settings.h"
#include "client/options/size_limits.h"
#include "client/options/time_settings.h"
#include "delivery/consumer_settings.h"
#include "protocol/request_body.h"
#include "transport/http_request.h"

#include <ksqldb/command_options.h>
#include <ksqldb/observer.h>
#include <ksqldb/options.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What is behind the option classes.
namespace ksqldb::client {

struct CallSettings {
    protocol::NamedValues<PropertyValue> properties;
    protocol::SessionVariables sessionVariables;
    protocol::NamedValues<PropertyValue> requestProperties;
    transport::Headers headers;
    CancelToken cancelToken;
    std::optional<RetryPolicy> retry;  // none: the client's
    CallTimeSettings time;
    LivenessSettings liveness;
    struct Resume {
        RetryPolicy policy;
        ResumeFrom from;
    };
    std::optional<Resume> resume;
    std::string token;  // which the query continues from; empty: none

    /// Throws Error(InvalidArgument).
    void check() const;

    void setOffsetReset(OffsetReset reset) {
        protocol::setNamed<PropertyValue>(properties, "auto.offset.reset",
                                          reset == OffsetReset::Earliest ? "earliest" : "latest");
    }
};

}  // namespace ksqldb::client

namespace ksqldb::detail {

struct ClientSettings {
    std::vector<std::string> urls{"http://localhost:8088"};
    ServerOrder serverOrder = ServerOrder::InOrder;
    CircuitBreaker circuitBreaker;
    bool discoverServers = false;
    CredentialSettings credentials;
    bool allowCredentialsOverPlainHttp = false;
    TlsOptions tls;
    transport::RouteSettings route;
    HttpVersion httpVersion = HttpVersion::Http11;
    transport::Headers headers;
    client::TimeSettings time;
    transport::KeepAlive keepAlive;
    protocol::NamedValues<PropertyValue> properties;
    protocol::SessionVariables sessionVariables;
    RetryPolicy retry;
    unsigned deliveryThreads = 1;
    client::SizeLimits sizes;
    bool readOwnWrites = false;
    std::chrono::microseconds readPause{1000};
    LogLevel logLevel = LogLevel::Error;
    LogSink logSink;
    std::shared_ptr<Observer> observer;  // null: nobody

    static const detail::ClientSettings& of(const ClientOptions& options) {
        return *options.settings_;
    }
};

struct CommandSettings {
    client::CallSettings call;
    std::optional<std::int64_t> commandSequenceNumber;
    std::string queryId;  // goes to the server that runs it; empty: to any

    /// Throws Error(InvalidArgument).
    void check() const;
    static const CommandSettings& of(const CommandOptions& options) { return *options.settings_; }
};

struct QuerySettings {
    client::CallSettings call;
    std::size_t maxRows = 10'000;
    std::size_t maxBytes = std::size_t{64} << 20;

    /// Throws Error(InvalidArgument).
    void check() const;
    static const detail::QuerySettings& of(const QueryOptions& options) {
        return *options.settings_;
    }
};

struct StreamSettings : delivery::ConsumerSettings {
    client::CallSettings call;

    /// Throws Error(InvalidArgument).
    void check() const;
    static const detail::StreamSettings& of(const StreamOptions& options) {
        return *options.settings_;
    }
};

}  // namespace ksqldb::detail
