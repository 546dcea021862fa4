#pragma once
#include "client/options/insert_settings.h"

#include <ksqldb/insert_report.h>

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>

namespace ksqldb::detail {
class ClientCore;
}

namespace ksqldb::client {

/// What is behind the members of Client that insert.
std::shared_ptr<detail::InsertChannel> insertStream(detail::ClientCore& core,
                                                    std::string_view target,
                                                    const detail::InsertSettings& settings);
/// A row that is not acknowledged is an Error of the future's.
std::future<void> insertRow(detail::ClientCore& core, std::string_view target,
                            detail::WrittenRow row, const detail::InsertSettings& settings);
/// Rows as InsertRows keeps them.
std::future<InsertReport> insertRows(detail::ClientCore& core, std::string_view target,
                                     const std::string& rows, const std::string& types,
                                     std::uint64_t count, const detail::InsertSettings& settings);

}  // namespace ksqldb::client
