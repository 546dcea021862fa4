#pragma once

#include "../exchange.h"
#include "exchange_record.h"
#include "upstream_connection.h"

#include <functional>
#include <memory>
#include <string>

namespace ksqldb::server {

/// What a relay needs of its Recorder.
struct RelaySettings {
    const UpstreamAddress& address;
    std::size_t recordLimit;
    /// The connection to the upstream that belongs to the program's, but not this one, which is
    /// over.
    std::function<std::shared_ptr<UpstreamConnection>(
        const Request&, const std::shared_ptr<UpstreamConnection>& notThis)>
        connection;
    std::function<std::string(const ExchangeRecord&, const Request&)> name;
    std::function<void(Recording)> write;
    std::function<void(const std::string&)> complain;
    std::function<bool()> isStopping;
    std::function<std::string()> serverVersion;
};

/// Passes one request on and its answer back, and records both. A script of a LocalServer, whose
/// requests are answered while they come.
void relay(Exchange& exchange, const RelaySettings& settings);

}  // namespace ksqldb::server
