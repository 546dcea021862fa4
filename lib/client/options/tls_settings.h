#pragma once
#include "transport/connection_settings.h"

#include <ksqldb/tls.h>

namespace ksqldb::detail {

/// What is behind TlsOptions.
struct TlsSettings : transport::TlsSettings {
    static const TlsSettings& of(const TlsOptions& options) { return *options.settings_; }
};

}  // namespace ksqldb::detail
