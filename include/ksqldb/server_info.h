#pragma once
#include <map>
#include <string>

namespace ksqldb {

/// Source: GET /info.
struct ServerInfo {
    std::string version;  ///< "7.6.1"
    std::string kafkaClusterId;
    std::string ksqlServiceId;
    std::string serverStatus;  ///< "RUNNING", "ERROR", "DEGRADED"; empty before 0.12
};

/// Source: GET /healthcheck, which the server itself renews every five seconds.
struct Health {
    bool isHealthy = false;
    std::map<std::string, bool> details;  ///< "kafka", "metastore", "commandRunner"
    std::string serverState;              ///< "READY"; empty before 0.29
};

}  // namespace ksqldb
