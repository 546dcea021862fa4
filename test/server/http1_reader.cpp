#include "http1_reader.h"

#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace ksqldb::server {
namespace http = boost::beast::http;

namespace {

// The limits of a real server; its limit for bodies is none, or 10 MiB, by release.
constexpr std::uint32_t maxHeaderSize = 8192;
constexpr std::size_t maxTargetSize = 4096;
constexpr std::uint32_t maxAnyHeaderSize = 1024 * 1024;

std::string text(boost::beast::string_view view) { return {view.data(), view.size()}; }

}  // namespace

Http1Reader::Http1Reader(Wire& wire, bool anyLength) : wire_(wire), anyLength_(anyLength) {
    parser_.eager(true);
    parser_.header_limit(anyLength ? maxAnyHeaderSize : maxHeaderSize);
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
}

bool Http1Reader::readHead() {
    feed();
    while (!parser_.is_header_done()) {
        if (!wire_.waitForInput()) return false;
        feed();
    }
    if (!anyLength_ && parser_.get().target().size() > maxTargetSize) throw Unreadable{414};
    return true;
}

Request Http1Reader::head() const {
    const auto& message = parser_.get();
    Request request;
    request.method = text(message.method_string());
    request.target = text(message.target());
    request.version = message.version() == 10 ? "HTTP/1.0" : "HTTP/1.1";
    for (const auto& field : message) {
        request.headers.emplace_back(text(field.name_string()), text(field.value()));
    }
    return request;
}

bool Http1Reader::expectsContinue() const {
    return equalIgnoringCase(text(parser_.get()[http::field::expect]), "100-continue");
}

bool Http1Reader::bodyReady() {
    feed();
    return parser_.is_done() || !parser_.get().body().empty();
}

std::string Http1Reader::takeBody() { return std::exchange(parser_.get().body(), {}); }

bool Http1Reader::readBody() {
    feed();
    while (!parser_.is_done()) {
        if (!wire_.waitForInput()) return false;
        feed();
    }
    return true;
}

void Http1Reader::feed() {
    while (!wire_.input().empty() && !parser_.is_done()) {
        boost::system::error_code error;
        const auto input = wire_.input();
        const std::size_t used =
            parser_.put(boost::asio::buffer(input.data(), input.size()), error);
        wire_.consume(used);
        if (error == http::error::need_more || (!error && used == 0)) return;
        if (error) throw Unreadable{error == http::error::header_limit ? 431 : 400};
    }
}

}  // namespace ksqldb::server
