#include "http1_answer_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <limits>
#include <utility>

namespace ksqldb::server {
namespace http = boost::beast::http;

namespace {

constexpr std::uint32_t maxHeaderSize = 1024 * 1024;

std::string text(boost::beast::string_view view) { return {view.data(), view.size()}; }

}  // namespace

Http1AnswerReader::Http1AnswerReader(const std::string& method) : isToHead_(method == "HEAD") {
    onChunk_ = [](std::uint64_t, View, Error&) {};
    onChunkBody_ = [this](std::uint64_t left, View bytes, Error&) {
        isInChunk_ = bytes.size() < left;
        pieces_.push_back({text(bytes), !isInChunk_});
        return bytes.size();
    };
    begin();
}

void Http1AnswerReader::begin() {
    parser_.emplace();
    parser_->header_limit(maxHeaderSize);
    parser_->body_limit(std::numeric_limits<std::uint64_t>::max());
    parser_->skip(isToHead_);
    parser_->on_chunk_header(onChunk_);
    parser_->on_chunk_body(onChunkBody_);
    head_.clear();
}

std::vector<Arrival> Http1AnswerReader::read(std::string_view bytes) {
    std::vector<Arrival> arrivals;
    unread_ += bytes;
    std::size_t unseen = bytes.size();
    while (!hasHead_) {
        auto head = readHead();
        if (!head) return arrivals;
        arrivals.push_back(std::move(*head));
        unseen = unread_.size();
    }
    if (auto body = readBody(unseen)) arrivals.push_back(std::move(*body));
    return arrivals;
}

std::optional<Arrival> Http1AnswerReader::readHead() {
    const std::string before = unread_;
    head_.append(before, 0, parse());
    if (!parser_->is_header_done()) return std::nullopt;
    Arrival head{.kind = Arrival::Kind::Head};
    head.status = static_cast<int>(parser_->get().result_int());
    head.raw = std::move(head_);
    if (head.status < 200 && head.status != 101) {
        head.kind = Arrival::Kind::Interim;
        begin();
        return head;
    }
    for (const auto& field : parser_->get())
        head.headers.emplace_back(text(field.name_string()), text(field.value()));
    hasHead_ = true;
    isDone_ = parser_->is_done();
    parser_->eager(true);
    return head;
}

std::optional<Arrival> Http1AnswerReader::readBody(std::size_t unseen) {
    if (isDone_ || unseen == 0) return std::nullopt;
    Arrival body{.kind = Arrival::Kind::Body, .raw = unread_.substr(unread_.size() - unseen)};
    parse();
    isDone_ = parser_->is_done();
    // What comes behind the end is no part of it.
    if (isDone_) body.raw.resize(body.raw.size() - std::min(body.raw.size(), unread_.size()));
    body.pieces = std::exchange(pieces_, {});
    std::string plain = std::exchange(parser_->get().body(), {});
    if (!plain.empty()) body.pieces.push_back({std::move(plain), true});
    return body;
}

std::size_t Http1AnswerReader::parse() {
    std::size_t taken = 0;
    while (!unread_.empty() && !parser_->is_done()) {
        Error error;
        const std::size_t used =
            parser_->put(boost::asio::buffer(unread_.data(), unread_.size()), error);
        unread_.erase(0, used);
        taken += used;
        if (error == http::error::need_more || (!error && used == 0)) break;
        if (error) throw Unreadable();
        if (!hasHead_ && parser_->is_header_done()) break;
    }
    return taken;
}

Arrival Http1AnswerReader::end(bool wasReset) const {
    Arrival end{.kind = Arrival::Kind::End};
    // What has become no head.
    if (!hasHead_) end.raw = head_ + unread_;
    if (isDone_) {
        end.endText =
            isToHead_ || parser_->get().result_int() == 204 || parser_->get().result_int() == 304
                ? "no body"
            : parser_->chunked() ? "last chunk"
                                 : "content-length";
        end.isReusable = parser_->keep_alive() && unread_.empty();
    } else if (hasHead_ && parser_->need_eof() && !wasReset) {
        end.endText = "close";
    } else {
        end.end = wasReset ? Arrival::End::Reset : Arrival::End::Closed;
        end.endText = wasReset ? "reset" : "fin";
        if (hasHead_ && parser_->chunked()) end.endText += isInChunk_ ? " in chunk" : " in size";
    }
    return end;
}

}  // namespace ksqldb::server
