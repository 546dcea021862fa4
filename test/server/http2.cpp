#include "http2.h"

#include "answering.h"
#include "characters.h"
#include "http2_stream.h"
#include "waker.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ksqldb::server {

namespace {

// Those of a real server.
constexpr std::uint32_t maxConcurrentStreams = 100;
constexpr std::uint32_t maxHeaderListSize = 8192;
/// What nghttp2 has to send is taken in pieces of about this size.
constexpr std::size_t maxOutgoing = 256 * 1024;

/// HTTP/2 has no chunks, and no headers about the connection.
bool isOfHttp1(const std::string& name) {
    return name == "transfer-encoding" || name == "connection" || name == "keep-alive";
}

class Http2Connection {
public:
    Http2Connection(Wire& wire, ServerState& state, std::uint64_t id, bool overTls);
    ~Http2Connection();
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;

    void serve();

private:
    /// A request, its stream and the thread that answers it.
    struct Exchanged {
        explicit Exchanged(Http2Shared& shared) : stream(shared) {}

        Request request;
        std::size_t headerSize = 0;
        std::string host;
        bool whileItComes = false;
        Http2Stream stream;
        std::thread thread;
        bool hasHead = false;   // of the answer
        bool deferred = false;  // nghttp2 waits to be told of more
        bool closed = false;
    };
    using Entry = std::map<std::int32_t, std::unique_ptr<Exchanged>>::iterator;

    // All of these run on the connection's thread with the lock held.
    void obey();
    void obey(std::int32_t id, Exchanged& exchanged);
    void submitHead(std::int32_t id, Exchanged& exchanged, const Http2Output& head);
    /// Whether something was taken.
    bool takeOutgoing();
    void takeInput();
    void requestHead(Exchanged& exchanged);
    void requestEnd(Exchanged& exchanged);
    void start(Exchanged& exchanged);
    bool isTooLong(const Exchanged& exchanged) const {
        return exchanged.headerSize > maxHeaderListSize && !state_.whileTheyCome;
    }
    Exchanged* find(std::int32_t id);

    // nghttp2's callbacks; the last parameter is the connection.
    static int onBeginHeaders(nghttp2_session*, const nghttp2_frame*, void*);
    static int onHeader(nghttp2_session*, const nghttp2_frame*, const std::uint8_t*, std::size_t,
                        const std::uint8_t*, std::size_t, std::uint8_t, void*);
    static int onFrame(nghttp2_session*, const nghttp2_frame*, void*);
    static int onData(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t*,
                      std::size_t, void*);
    static int onStreamClose(nghttp2_session*, std::int32_t, std::uint32_t, void*);
    static ssize_t readData(nghttp2_session*, std::int32_t, std::uint8_t*, std::size_t,
                            std::uint32_t*, nghttp2_data_source*, void*);

    Wire& wire_;
    ServerState& state_;
    const std::uint64_t id_;
    const bool overTls_;
    Http2Shared shared_{wire_};
    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, std::unique_ptr<Exchanged>> exchanges_;
    std::string outgoing_;
    std::optional<TlsEnd> closing_;
    bool resetting_ = false;
};

Http2Connection& self(void* user) { return *static_cast<Http2Connection*>(user); }

Http2Connection::Http2Connection(Wire& wire, ServerState& state, std::uint64_t id, bool overTls)
    : wire_(wire), state_(state), id_(id), overTls_(overTls) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_option* option = nullptr;
    if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, onBeginHeaders);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, onHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, onFrame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, onData);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, onStreamClose);
    if (nghttp2_option_new(&option) == 0) {
        // Only what a script has taken makes room for more.
        nghttp2_option_set_no_auto_window_update(option, 1);
        nghttp2_session_server_new2(&session_, callbacks, this, option);
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    if (session_ == nullptr) throw std::bad_alloc();
    const std::array<nghttp2_settings_entry, 2> settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, maxConcurrentStreams},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, maxHeaderListSize}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(),
                            state.whileTheyCome ? 1 : settings.size());
}

Http2Connection::~Http2Connection() {
    {
        std::lock_guard lock(shared_.mutex);
        shared_.stopping = wire_.isStopping();
        for (auto& [id, exchanged] : exchanges_) exchanged->stream.gone();
    }
    for (auto& [id, exchanged] : exchanges_) {
        if (exchanged->thread.joinable()) exchanged->thread.join();
    }
    nghttp2_session_del(session_);
}

void Http2Connection::serve() {
    while (true) {
        bool open = true;
        {
            std::lock_guard lock(shared_.mutex);
            takeInput();
            do {
                obey();
            } while (takeOutgoing());
            open = nghttp2_session_want_read(session_) != 0 ||
                   nghttp2_session_want_write(session_) != 0;
        }
        if (resetting_) return wire_.reset();
        const std::size_t written = outgoing_.empty() ? 0 : wire_.writeSome(outgoing_);
        outgoing_.erase(0, written);
        if (outgoing_.empty() && closing_) return wire_.close(*closing_);
        if (outgoing_.empty() && !open) return;
        const Wire::Fill filled = wire_.fill();
        if (filled == Wire::Fill::Closed) return;
        if (filled == Wire::Fill::Nothing && written == 0) wire_.waitForAny(!outgoing_.empty());
    }
}

void Http2Connection::obey() {
    for (auto entry = exchanges_.begin(); entry != exchanges_.end();) {
        auto& [id, exchanged] = *entry;
        if (const std::size_t credit = exchanged->stream.takeCredit()) {
            if (exchanged->closed) {
                nghttp2_session_consume_connection(session_, credit);
            } else {
                nghttp2_session_consume(session_, id, credit);
            }
        }
        if (!exchanged->closed) obey(id, *exchanged);
        if (exchanged->closed &&
            (exchanged->stream.isFinished() || !exchanged->thread.joinable())) {
            // It has done its last with the lock.
            if (exchanged->thread.joinable()) exchanged->thread.join();
            entry = exchanges_.erase(entry);
        } else {
            ++entry;
        }
    }
}

void Http2Connection::obey(std::int32_t id, Exchanged& exchanged) {
    using Kind = Http2Output::Kind;
    Http2Stream& stream = exchanged.stream;
    while (const Http2Output* next = stream.next()) {
        switch (next->kind) {
            case Kind::Head:
                if (!exchanged.hasHead) submitHead(id, exchanged, *next);
                break;
            case Kind::Part:
            case Kind::End:
                if (exchanged.hasHead) {
                    // readData() takes them.
                    if (std::exchange(exchanged.deferred, false)) {
                        nghttp2_session_resume_data(session_, id);
                    }
                    return;
                }
                break;  // without a head there is no body
            case Kind::Raw:
                outgoing_ += next->bytes;
                break;
            case Kind::Reset:
                nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, next->code);
                break;
            case Kind::ResetConnection:
                resetting_ = true;
                break;
            case Kind::Close:
                closing_ = next->end;
                break;
        }
        stream.done();
    }
}

void Http2Connection::submitHead(std::int32_t id, Exchanged& exchanged, const Http2Output& head) {
    Headers all{{":status", std::to_string(head.status)}};
    for (const auto& [name, value] : head.headers) {
        std::string lower = lowerCase(name);
        if (!isOfHttp1(lower)) all.emplace_back(std::move(lower), value);
    }
    std::vector<nghttp2_nv> fields;
    for (auto& [name, value] : all) {
        fields.push_back({reinterpret_cast<std::uint8_t*>(name.data()),
                          reinterpret_cast<std::uint8_t*>(value.data()), name.size(), value.size(),
                          NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider provider{};
    provider.source.ptr = &exchanged;
    provider.read_callback = readData;
    exchanged.hasHead = true;
    nghttp2_submit_response(session_, id, fields.data(), fields.size(), &provider);
}

bool Http2Connection::takeOutgoing() {
    const std::size_t before = outgoing_.size();
    while (outgoing_.size() < maxOutgoing) {
        const std::uint8_t* bytes = nullptr;
        const auto size = nghttp2_session_mem_send(session_, &bytes);
        if (size <= 0) break;
        outgoing_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    return outgoing_.size() > before;
}

void Http2Connection::takeInput() {
    const auto input = wire_.input();
    if (input.empty()) return;
    const auto used = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    // What cannot be understood at all ends the connection; lesser faults nghttp2 answers itself.
    if (used < 0) throw ConnectionEnded();
    wire_.consume(static_cast<std::size_t>(used));
}

void Http2Connection::requestHead(Exchanged& exchanged) {
    Request& request = exchanged.request;
    state_.takeBasePath(request);
    request.version = "HTTP/2";
    request.overTls = overTls_;
    request.connection = id_;
    if (!exchanged.host.empty() && !request.header("host")) {
        request.headers.emplace(request.headers.begin(), "host", exchanged.host);
    }
    exchanged.whileItComes = isAnsweredWhileItComes(request, state_);
    if (exchanged.whileItComes || isTooLong(exchanged)) start(exchanged);
}

void Http2Connection::requestEnd(Exchanged& exchanged) {
    exchanged.stream.receiveEnd();
    if (!exchanged.thread.joinable()) start(exchanged);
}

void Http2Connection::start(Exchanged& exchanged) {
    exchanged.thread = std::thread([this, &exchanged] {
        blockSignalsInThisThread();
        try {
            if (isTooLong(exchanged)) {
                exchanged.stream.head(431, {}, false);
                exchanged.stream.end();
            } else {
                answer(exchanged.request, exchanged.stream, state_);
            }
        } catch (const std::exception&) {
            // ConnectionEnded, or a script's way to give up: finish() resets what has no end.
        }
        exchanged.stream.finish();
    });
}

Http2Connection::Exchanged* Http2Connection::find(std::int32_t id) {
    const auto found = exchanges_.find(id);
    return found == exchanges_.end() ? nullptr : found->second.get();
}

int Http2Connection::onBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    auto& connection = self(user);
    connection.exchanges_.emplace(frame->hd.stream_id,
                                  std::make_unique<Exchanged>(connection.shared_));
    return 0;
}

int Http2Connection::onHeader(nghttp2_session*, const nghttp2_frame* frame,
                              const std::uint8_t* name, std::size_t nameSize,
                              const std::uint8_t* value, std::size_t valueSize, std::uint8_t,
                              void* user) {
    auto* exchanged = self(user).find(frame->hd.stream_id);
    if (exchanged == nullptr || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    std::string key(reinterpret_cast<const char*>(name), nameSize);
    std::string text(reinterpret_cast<const char*>(value), valueSize);
    exchanged->headerSize += nameSize + valueSize + 32;  // as RFC 9113 counts them
    if (key == ":method") {
        exchanged->request.method = std::move(text);
    } else if (key == ":path") {
        exchanged->request.target = std::move(text);
    } else if (key == ":authority") {
        exchanged->host = std::move(text);
    } else if (key.front() != ':') {
        exchanged->request.headers.emplace_back(std::move(key), std::move(text));
    }
    return 0;
}

int Http2Connection::onFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    auto& connection = self(user);
    auto* exchanged = connection.find(frame->hd.stream_id);
    if (exchanged == nullptr) return 0;
    const bool isHead =
        frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST;
    if (isHead) connection.requestHead(*exchanged);
    const bool mayEnd = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (mayEnd && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        connection.requestEnd(*exchanged);
    }
    return 0;
}

int Http2Connection::onData(nghttp2_session* session, std::uint8_t, std::int32_t id,
                            const std::uint8_t* bytes, std::size_t size, void* user) {
    auto* exchanged = self(user).find(id);
    const std::string_view text(reinterpret_cast<const char*>(bytes), size);
    if (exchanged != nullptr && exchanged->whileItComes) {
        exchanged->stream.receive(text);
        return 0;
    }
    if (exchanged != nullptr) exchanged->request.body += text;
    return nghttp2_session_consume(session, id, size);
}

int Http2Connection::onStreamClose(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    auto* exchanged = self(user).find(id);
    if (exchanged == nullptr) return 0;
    exchanged->closed = true;
    exchanged->stream.gone();
    return 0;
}

ssize_t Http2Connection::readData(nghttp2_session*, std::int32_t, std::uint8_t* into,
                                  std::size_t size, std::uint32_t* flags,
                                  nghttp2_data_source* source, void*) {
    auto& exchanged = *static_cast<Exchanged*>(source->ptr);
    const Http2Output* next = exchanged.stream.next();
    if (next != nullptr && next->kind == Http2Output::Kind::Part) {
        return static_cast<ssize_t>(exchanged.stream.takePart(into, size));
    }
    if (next != nullptr && next->kind == Http2Output::Kind::End) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        exchanged.stream.done();
        return 0;
    }
    exchanged.deferred = true;
    return NGHTTP2_ERR_DEFERRED;
}

}  // namespace

void serveHttp2(Wire& wire, ServerState& state, std::uint64_t connection, bool overTls) {
    Http2Connection(wire, state, connection, overTls).serve();
}

}  // namespace ksqldb::server
