// How one recording is played; player.cpp chooses which.

#include "player.h"
#include "recorded_acks.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

namespace ksqldb::server {

namespace {

using Parts = std::vector<Recording::Part>;

Parts cut(const Recording::Part& part, const Split& split, std::mt19937& random) {
    Parts pieces;
    std::size_t at = 0;
    while (at < part.bytes.size()) {
        std::size_t size = part.bytes.size();
        if (split.kind == Split::Kind::Bytes) size = 1;
        if (split.kind == Split::Kind::Random) size = 1 + random() % split.maxSize;
        pieces.push_back({part.atMs, part.bytes.substr(at, size)});
        at += size;
    }
    return pieces;
}

Parts pieces(const Parts& parts, const PlayOptions& options) {
    if (options.split.kind == Split::Kind::Parts) return parts;
    Parts units = parts;
    if (options.pace == Pace::AtOnce) {
        Recording::Part all;
        for (const auto& part : parts) all.bytes += part.bytes;
        units = {all};
    }
    Parts result;
    std::mt19937 random(options.split.seed);
    for (const auto& unit : units) {
        auto cutUnit = cut(unit, options.split, random);
        std::move(cutUnit.begin(), cutUnit.end(), std::back_inserter(result));
    }
    return result;
}

bool contains(const std::string& text, std::string_view word) {
    return std::search(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
               return equalIgnoringCase({&a, 1}, {&b, 1});
           }) != text.end();
}

/// One answer being played.
class Playback {
public:
    Playback(const Recording& recording, const PlayOptions& options, Exchange& exchange)
        : recording_(recording),
          response_(recording.response),
          options_(options),
          exchange_(exchange),
          keepOpen_(options.keepPushOpen && wasEndedByOthers()) {
        if (recording.request.path == "/inserts-stream" && response_.status == 200) {
            acks_.emplace(recording.responseBody());
        }
        const auto type = findHeader(response_.headers, "content-type");
        form_ = type ? formOf(recording.request.path, *type) : std::nullopt;
    }

    void run() {
        const auto query = registered();
        if (response_.status == 0) {
            if (waitUntil(response_.endAtMs)) finishCut();
        } else if (!findHeader(response_.headers, "content-length") && response_.status >= 200 &&
                   response_.end != "close" && response_.end != "no body") {
            playChunked();
        } else {
            playSized();
        }
    }

private:
    std::optional<RunningQuery> registered() {
        const std::string id = recording_.queryId();
        if (response_.status != 200 || !form_) return std::nullopt;
        if (id.compare(0, 10, "transient_") == 0) return exchange_.running(id);
        if (id.compare(0, 9, "SCALABLE_") == 0) return exchange_.running(id, Closable::No);
        return std::nullopt;
    }

    bool wasEndedByOthers() const {
        const std::string sql = recording_.asRequest().sql();
        return recording_.end() == Recording::End::Complete && response_.status == 200 &&
               contains(sql, "EMIT CHANGES") && !contains(sql, "LIMIT") &&
               !contains(recording_.responseBody(), "\"@type\"");
    }

    /// Without the end, where the query is kept open.
    Parts playedParts() const {
        Parts parts = response_.parts;
        const auto isEnd = [](const std::string& bytes) {
            return bytes == "]" || bytes == R"({"finalMessage":"Query Completed"})";
        };
        while (keepOpen_ && !parts.empty() && isEnd(parts.back().bytes)) parts.pop_back();
        return parts;
    }

    void playChunked() {
        exchange_.head(response_.status, response_.headers);
        const auto played = pieces(playedParts(), options_);
        for (const auto& piece : played) {
            if (exchange_.ended()) return finishEnded();
            if (!waitUntil(piece.atMs)) return;
            if (acks_) acks_->readRowsFor(piece.bytes.size(), exchange_);
            if (&piece == &played.back() && endsInChunk()) {
                sendUnfinished(piece.bytes);
            } else {
                exchange_.chunk(piece.bytes);
            }
        }
        if (keepOpen_ || recording_.end() == Recording::End::ClientClosed) {
            if (exchange_.stall() == Woke::QueryEnded) finishEnded();
            return;
        }
        if (!waitUntil(response_.endAtMs)) return;
        if (recording_.end() == Recording::End::Complete) {
            exchange_.lastChunk();
        } else {
            finishCut();
        }
    }

    /// The connection was cut within the last chunk that came.
    bool endsInChunk() const {
        return response_.end.ends_with("in chunk") && exchange_.request().version != "HTTP/2";
    }
    /// How long the chunk would have become nobody knows.
    void sendUnfinished(const std::string& bytes) {
        std::ostringstream size;
        size << std::hex << bytes.size() + 1;
        exchange_.send(size.str() + "\r\n" + bytes);
    }

    void playSized() {
        const auto played = pieces(response_.parts, options_);
        if (!played.empty() && !waitUntil(played.front().atMs)) return;
        exchange_.head(response_.status, response_.headers, false);
        for (const auto& piece : played) {
            if (!waitUntil(piece.atMs)) return;
            exchange_.chunk(piece.bytes);
        }
        if (recording_.end() == Recording::End::ClientClosed) {
            exchange_.stall();
        } else if (!waitUntil(response_.endAtMs)) {
            return;
        } else if (recording_.end() == Recording::End::Cut) {
            finishCut();
        } else {
            exchange_.lastChunk();
            if (response_.end == "close" && exchange_.request().version != "HTTP/2")
                exchange_.close();
        }
    }

    void finishCut() {
        constexpr std::string_view streamReset = "stream reset ";
        if (response_.end.starts_with(streamReset)) {
            exchange_.reset(static_cast<std::uint32_t>(
                std::strtoul(response_.end.c_str() + streamReset.size(), nullptr, 10)));
        } else if (response_.end.starts_with("reset")) {
            exchange_.resetConnection();
        } else {
            exchange_.close(TlsEnd::Cut);
        }
    }

    /// False when the answer is over, because of the client or of who ended the query.
    bool waitUntil(long atMs) {
        if (options_.pace == Pace::AtOnce) return true;
        const auto at = start_ + std::chrono::milliseconds(atMs);
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(at - std::chrono::steady_clock::now());
        if (left.count() <= 0) return true;
        const Woke woke = exchange_.pause(left);
        if (woke == Woke::QueryEnded) finishEnded();
        return woke == Woke::Time;
    }

    void finishEnded() { exchange_.endQuery(form_.value_or(Form::Delimited)); }

    const Recording& recording_;
    const decltype(Recording::response)& response_;
    const PlayOptions& options_;
    Exchange& exchange_;
    bool keepOpen_;
    std::optional<Form> form_;
    std::optional<RecordedAcks> acks_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace

Script play(Recording recording, PlayOptions options) {
    const auto shared = std::make_shared<const Recording>(std::move(recording));
    return [shared, options](Exchange& exchange) { Playback(*shared, options, exchange).run(); };
}

}  // namespace ksqldb::server
