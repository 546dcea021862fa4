#pragma once

#include "upstream_stream.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::server {

/// Reads one answer of HTTP/1.1 from bytes as they come, and sees each chunk.
class Http1AnswerReader {
public:
    /// What is no HTTP.
    struct Unreadable {};

    /// The method of the request: an answer to HEAD has no body.
    explicit Http1AnswerReader(const std::string& method);
    Http1AnswerReader(const Http1AnswerReader&) = delete;
    Http1AnswerReader& operator=(const Http1AnswerReader&) = delete;

    /// What the next bytes mean. All bytes are handed on, also those that mean something only with
    /// the next ones. Throws Unreadable.
    std::vector<Arrival> read(std::string_view bytes);
    bool isDone() const { return isDone_; }
    /// The end, when it isDone() or the connection is over.
    Arrival end(bool wasReset) const;

private:
    using Error = boost::beast::error_code;
    using View = boost::beast::string_view;

    void begin();
    std::optional<Arrival> readHead();
    std::optional<Arrival> readBody(std::size_t unseen);
    std::size_t parse();

    const bool isToHead_;
    std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> parser_;
    // Beast keeps references to both.
    std::function<void(std::uint64_t, View, Error&)> onChunk_;
    std::function<std::size_t(std::uint64_t, View, Error&)> onChunkBody_;
    std::string unread_;             // by the parser
    std::string head_;               // as it came
    std::vector<PartPiece> pieces_;  // that the parser has just seen
    bool hasHead_ = false;
    bool isInChunk_ = false;
    bool isDone_ = false;
};

}  // namespace ksqldb::server
