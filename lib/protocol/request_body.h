#pragma once
#include "protocol/session_variables.h"

#include <ksqldb/options.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksqldb::protocol {

/// Names and values in the order in which they were set; a later value replaces an earlier one.
template <class V>
using NamedValues = std::vector<std::pair<std::string, V>>;

template <class V>
void setNamed(NamedValues<V>& values, std::string name, V value) {
    for (auto& [known, old] : values)
        if (known == name) {
            old = std::move(value);
            return;
        }
    values.emplace_back(std::move(name), std::move(value));
}

/// `values`, and over them the others.
template <class V>
NamedValues<V> merged(NamedValues<V> values, const NamedValues<V>& others) {
    for (const auto& [name, value] : others) setNamed(values, name, value);
    return values;
}

/// POST /query-stream: {"sql":…,"properties":{…},"sessionVariables":{…},"requestProperties":{…}}.
/// Empty maps are left out.
struct QueryBody {
    std::string sql;
    NamedValues<PropertyValue> properties{};
    SessionVariables sessionVariables{};
    NamedValues<PropertyValue> requestProperties{};
};
std::string queryStreamBody(const QueryBody& query);

/// POST /inserts-stream, its first line: {"target":…,"properties":{…}}. An empty map is left out.
std::string insertArguments(std::string_view target, const NamedValues<PropertyValue>& properties);

/// POST /ksql: {"ksql":…,"streamsProperties":{…},"sessionVariables":{…},"commandSequenceNumber":…}.
/// What is empty is left out.
std::string ksqlBody(std::string_view sql, const NamedValues<PropertyValue>& properties = {},
                     const SessionVariables& sessionVariables = {},
                     std::optional<std::int64_t> commandSequenceNumber = std::nullopt);

/// POST /close-query: {"queryId":…}
std::string closeQueryBody(std::string_view queryId);

}  // namespace ksqldb::protocol
