#pragma once
#include <ksqldb/error.h>

#include <curl/curl.h>

#include <string>

namespace ksqldb::transport {

/// What a result of libcurl's means here. `details` is libcurl's own text, which may be empty;
/// `hadHead`: the response's head had come.
Error errorFromCurl(CURLcode result, const std::string& details, bool hadHead);

}  // namespace ksqldb::transport
