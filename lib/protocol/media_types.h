#pragma once

/// What Accept and Content-Type say to ksqlDB.
namespace ksqldb::protocol::media {

inline constexpr const char* json = "application/json";
inline constexpr const char* ksql = "application/vnd.ksql.v1+json";
inline constexpr const char* delimited = "application/vnd.ksqlapi.delimited.v1";

/// Rows as StreamedRow, which brings tombstones, final messages and tokens; else delimited.
inline constexpr const char* streamedRowFirst =
    "application/vnd.ksql.v1+json, application/vnd.ksqlapi.delimited.v1;q=0.9";
/// The other way round: servers 0.25 to 7.5 corrupt large pull answers in the first form.
inline constexpr const char* delimitedFirst =
    "application/vnd.ksqlapi.delimited.v1, application/vnd.ksql.v1+json;q=0.9";

}  // namespace ksqldb::protocol::media
