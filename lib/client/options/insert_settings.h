#pragma once
#include "client/options/time_settings.h"
#include "protocol/request_body.h"
#include "transport/headers.h"

#include <ksqldb/inserts.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace ksqldb::detail {

/// What is behind InsertOptions and InsertStreamOptions.
struct InsertSettings {
    protocol::NamedValues<PropertyValue> properties;
    transport::Headers headers;
    CancelToken cancelToken;
    client::CallTimeSettings time;
    InsertValues insertValues = InsertValues::Never;  // insertInto's
    std::uint64_t window = 10'000;                    // and insertStream's
    std::size_t bufferBytes = std::size_t{1} << 20;
    milliseconds acknowledgementTimeout{180'000};
    std::function<void(SequenceRange)> onAcknowledged;

    /// Throws Error(InvalidArgument).
    void check() const;
    static const InsertSettings& of(const InsertOptions& options) { return *options.settings_; }
    static const InsertSettings& of(const InsertStreamOptions& options) {
        return *options.settings_;
    }
};

}  // namespace ksqldb::detail
