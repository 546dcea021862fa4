#include "upstream_connection.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <map>
#include <new>
#include <utility>

namespace ksqldb::server {

namespace {

/// So much of an answer comes before the program has taken some of it.
constexpr std::uint32_t streamWindow = 256 * 1024;
constexpr std::int32_t connectionWindow = 64 * 1024 * 1024;
/// What is read, and what is to be written, at once at most.
constexpr std::size_t maxAtOnce = 256 * 1024;

/// What HTTP/2 says otherwise than by these headers.
bool isOfHttp1(const std::string& name) {
    constexpr std::array<std::string_view, 5> all{"host", "connection", "transfer-encoding",
                                                  "keep-alive", "upgrade"};
    return std::any_of(all.begin(), all.end(),
                       [&](std::string_view one) { return equalIgnoringCase(one, name); });
}

class Http2Upstream {
public:
    Http2Upstream(Wire& wire, UpstreamShared& shared, const UpstreamAddress& address);
    ~Http2Upstream();
    Http2Upstream(const Http2Upstream&) = delete;
    Http2Upstream& operator=(const Http2Upstream&) = delete;

    void run();

private:
    struct Entry {
        std::shared_ptr<UpstreamStream> stream;
        int status = 0;
        Headers headers;
        std::vector<PartPiece> pieces;  // since the last arrival
        std::size_t untaken = 0;        // bytes of the answer's body
        bool isDeferred = false;        // nghttp2 waits to be told of more to send
        bool isReset = false;
        bool isClosed = false;
    };

    // All of these with the mutex held.
    void takeInput();
    void begin(std::shared_ptr<UpstreamStream> stream);
    void obey();
    void obey(std::int32_t id, Entry& entry);
    void handOver(Entry& entry);
    void end(Entry& entry, Arrival arrival);
    bool takeOutgoing();
    Entry* find(std::int32_t id);

    static int onBeginHeaders(nghttp2_session*, const nghttp2_frame*, void*);
    static int onHeader(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                        const std::uint8_t*, std::size_t, std::uint8_t, void*);
    static int onFrame(nghttp2_session*, const nghttp2_frame*, void*);
    static int onData(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t*,
                      std::size_t, void*);
    static int onStreamClose(nghttp2_session*, std::int32_t, std::uint32_t, void*);
    static ssize_t readBody(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t,
                            std::uint32_t*, nghttp2_data_source*, void*);

    Wire& wire_;
    UpstreamShared& shared_;
    const UpstreamAddress& address_;
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, Entry> entries_;
    std::string outgoing_;
};

Http2Upstream& self(void* user) { return *static_cast<Http2Upstream*>(user); }

Http2Upstream::Http2Upstream(Wire& wire, UpstreamShared& shared, const UpstreamAddress& address)
    : wire_(wire), shared_(shared), address_(address) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_option* option = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose);
    if (nghttp2_option_new(&option) == 0) {
        // Only what the program has taken makes room for more.
        nghttp2_option_set_no_auto_window_update(option, 1);
        nghttp2_session_client_new2(&session_, callbacks, this, option);
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    if (session_ == nullptr) throw std::bad_alloc();
    const std::array<nghttp2_settings_entry, 2> settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, streamWindow}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    // One answer that nobody takes shall not hold up the others.
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connectionWindow);
}

Http2Upstream::~Http2Upstream() {
    std::lock_guard lock(shared_.mutex);
    for (auto& [id, entry] : entries_) {
        const bool wasReset = wire_.wasReset();
        end(entry, {.kind = Arrival::Kind::End,
                    .end = wasReset ? Arrival::End::Reset : Arrival::End::Closed,
                    .endText = wasReset ? "reset" : "fin"});
    }
    nghttp2_session_del(session_);
}

void Http2Upstream::run() {
    for (bool isFirst = true;; isFirst = false) {
        bool isOpen = true;
        {
            std::lock_guard lock(shared_.mutex);
            // The end may have come before a request, which is asked elsewhere then; the first one
            // has to be told.
            const bool isClosed = !isFirst && wire_.fill() == Wire::Fill::Closed;
            takeInput();
            if (isClosed) return;
            for (auto& stream : std::exchange(shared_.opened, {})) begin(std::move(stream));
            do {
                obey();
            } while (takeOutgoing());
            isOpen = nghttp2_session_want_read(session_) != 0 ||
                     nghttp2_session_want_write(session_) != 0;
        }
        const std::size_t written = outgoing_.empty() ? 0 : wire_.writeSome(outgoing_);
        outgoing_.erase(0, written);
        if (outgoing_.empty() && !isOpen) return;
        Wire::Fill filled = wire_.fill();
        const bool isNew = filled == Wire::Fill::Data;
        // Frames that are there shall be seen whole.
        while (filled == Wire::Fill::Data && wire_.input().size() < maxAtOnce)
            filled = wire_.fill();
        if (isNew) continue;
        if (filled == Wire::Fill::Closed) return;
        if (written == 0) wire_.waitForAny(!outgoing_.empty());
    }
}

void Http2Upstream::takeInput() {
    const auto input = wire_.input();
    if (input.empty()) return;
    const auto used = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    if (used < 0) throw ConnectionEnded();
    wire_.consume(static_cast<std::size_t>(used));
    for (auto& [id, entry] : entries_) handOver(entry);
}

void Http2Upstream::begin(std::shared_ptr<UpstreamStream> stream) {
    const Request& request = stream->request();
    Headers all{{":method", request.method},
                {":scheme", address_.tls ? "https" : "http"},
                {":authority", address_.authority()},
                {":path", request.target}};
    for (const auto& header : request.headers)
        if (!isOfHttp1(header.first)) all.push_back(header);
    std::vector<nghttp2_nv> fields;
    for (auto& [name, value] : all) {
        fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                          reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                          NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider provider{};
    provider.read_callback = readBody;
    const bool hasBody = !stream->hasEnd() || !stream->outgoing().empty();
    const auto id = nghttp2_session_check_request_allowed(session_) == 0
                        ? NGHTTP2_ERR_START_STREAM_NOT_ALLOWED
                        : nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                                 hasBody ? &provider : nullptr, nullptr);
    if (id < 0) {
        shared_.isOver = true;
        stream->arrive({.kind = Arrival::Kind::End, .end = Arrival::End::Untouched});
        return;
    }
    entries_[id].stream = std::move(stream);
}

void Http2Upstream::obey() {
    for (auto at = entries_.begin(); at != entries_.end();) {
        auto& [id, entry] = *at;
        obey(id, entry);
        const bool isOver = entry.isClosed && entry.stream->isAbandoned();
        at = isOver ? entries_.erase(at) : std::next(at);
    }
}

void Http2Upstream::obey(std::int32_t id, Entry& entry) {
    UpstreamStream& stream = *entry.stream;
    std::size_t credit = stream.takeCredit();
    if (stream.isAbandoned()) credit = entry.untaken;
    entry.untaken -= std::min(credit, entry.untaken);
    if (credit > 0 && entry.isClosed) {
        nghttp2_session_consume_connection(session_, credit);
    } else if (credit > 0) {
        nghttp2_session_consume(session_, id, credit);
    }
    if (entry.isClosed) return;
    if (stream.isAbandoned()) {
        if (!std::exchange(entry.isReset, true))
            nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
    } else if (entry.isDeferred && (!stream.outgoing().empty() || stream.hasEnd())) {
        entry.isDeferred = false;
        nghttp2_session_resume_data(session_, id);
    }
}

void Http2Upstream::handOver(Entry& entry) {
    if (entry.pieces.empty()) return;
    Arrival body{.kind = Arrival::Kind::Body};
    body.pieces = std::exchange(entry.pieces, {});
    entry.stream->arrive(std::move(body));
}

void Http2Upstream::end(Entry& entry, Arrival arrival) {
    if (entry.stream->isEnded()) return;
    handOver(entry);
    entry.stream->arrive(std::move(arrival));
}

bool Http2Upstream::takeOutgoing() {
    const std::size_t before = outgoing_.size();
    while (outgoing_.size() < maxAtOnce) {
        const std::uint8_t* bytes = nullptr;
        const auto size = nghttp2_session_mem_send(session_, &bytes);
        if (size <= 0) break;
        outgoing_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    return outgoing_.size() > before;
}

Http2Upstream::Entry* Http2Upstream::find(std::int32_t id) {
    const auto found = entries_.find(id);
    return found == entries_.end() ? nullptr : &found->second;
}

int Http2Upstream::onBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (auto* entry = self(user).find(frame->hd.stream_id)) {
        entry->status = 0;
        entry->headers.clear();
    }
    return 0;
}

int Http2Upstream::onHeader(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                            std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize,
                            std::uint8_t, void* user) {
    auto* entry = self(user).find(frame->hd.stream_id);
    if (entry == nullptr) return 0;
    std::string key(reinterpret_cast<const char*>(name), nameSize);
    std::string text(reinterpret_cast<const char*>(value), valueSize);
    if (key == ":status") {
        entry->status = std::atoi(text.c_str());
    } else {
        entry->headers.emplace_back(std::move(key), std::move(text));
    }
    return 0;
}

int Http2Upstream::onFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& upstream = self(user);
    if (frame->hd.type == NGHTTP2_GOAWAY) upstream.shared_.isOver = true;
    auto* entry = upstream.find(frame->hd.stream_id);
    if (entry == nullptr) return 0;
    // Without a status these are trailers.
    if (frame->hd.type == NGHTTP2_HEADERS && entry->status > 0) {
        const bool isFinal = entry->status >= 200;
        entry->stream->arrive({.kind = isFinal ? Arrival::Kind::Head : Arrival::Kind::Interim,
                               .status = entry->status,
                               .headers = entry->headers});
    }
    if (frame->hd.type == NGHTTP2_DATA && frame->hd.length > 0) {
        if (entry->pieces.empty()) entry->pieces.emplace_back();
        entry->pieces.back().isLast = true;
    }
    const bool mayEnd = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (mayEnd && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        upstream.end(*entry, {.kind = Arrival::Kind::End, .endText = "end stream"});
    return 0;
}

int Http2Upstream::onData(nghttp2_session*, std::uint8_t, std::int32_t id,
                          const std::uint8_t* bytes, std::size_t size, void* user) {
    auto* entry = self(user).find(id);
    if (entry == nullptr) return 0;
    if (entry->pieces.empty() || entry->pieces.back().isLast) entry->pieces.emplace_back();
    entry->pieces.back().bytes.append(reinterpret_cast<const char*>(bytes), size);
    entry->untaken += size;
    return 0;
}

int Http2Upstream::onStreamClose(nghttp2_session*, std::int32_t id, std::uint32_t code,
                                 void* user) {
    auto& upstream = self(user);
    auto* entry = upstream.find(id);
    if (entry == nullptr) return 0;
    entry->isClosed = true;
    upstream.end(*entry, {.kind = Arrival::Kind::End,
                          .end = Arrival::End::StreamReset,
                          .code = code,
                          .endText = "stream reset " + std::to_string(code)});
    return 0;
}

ssize_t Http2Upstream::readBody(nghttp2_session*, std::int32_t id, std::uint8_t* into,
                                std::size_t size, std::uint32_t* flags, nghttp2_data_source*,
                                void* user) {
    auto* entry = self(user).find(id);
    if (entry == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    std::string& outgoing = entry->stream->outgoing();
    const std::size_t taken = std::min(size, outgoing.size());
    std::memcpy(into, outgoing.data(), taken);
    outgoing.erase(0, taken);
    if (outgoing.empty() && entry->stream->hasEnd()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    } else if (taken == 0) {
        entry->isDeferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    if (taken > 0) entry->stream->sent();
    return static_cast<ssize_t>(taken);
}

}  // namespace

void talkHttp2(Wire& wire, UpstreamShared& shared, const UpstreamAddress& address) {
    Http2Upstream(wire, shared, address).run();
}

}  // namespace ksqldb::server
