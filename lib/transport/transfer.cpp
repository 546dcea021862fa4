#include "transport/transfer.h"

#include "base/error_builder.h"
#include "transport/curl_error.h"
#include "transport/proxy.h"

#include <cstring>
#include <string>
#include <utility>
#include <variant>

namespace ksqldb::transport {

namespace {

constexpr const char* noHttp2 =
    "the server, or a proxy on the way, does not speak HTTP/2, which this request needs";

/// What a write callback returns to end its transfer.
#if CURL_AT_LEAST_VERSION(7, 87, 0)
constexpr std::size_t refused = CURL_WRITEFUNC_ERROR;
#else
constexpr std::size_t refused = 0;
#endif

}  // namespace

Transfer::Transfer(CurlApi& api, std::uint64_t id, HttpRequest request,
                   std::shared_ptr<ResponseHandler> handler)
    : api_(api), id_(id), request_(std::move(request)), handler_(std::move(handler)) {}

Transfer::~Transfer() {
    if (easy_ != nullptr) api_.easyCleanup(easy_);
}

std::optional<TransferEnd> Transfer::open() {
    easy_ = api_.easyInit();
    if (easy_ == nullptr)
        return endAs(TransferEnd::Kind::Failed,
                     Error(ErrorCode::NoMemory, "libcurl has no memory"));
    options_.emplace(easy_);
    if (!guarded([this] {
            if (request_.choose) request_.connection = request_.choose();
            setCallbacks();
            options_->setAll(request_);
        }))
        return endAs(TransferEnd::Kind::Aborted);
    if (options_->error()) return endAs(TransferEnd::Kind::Failed, options_->error());
    return std::nullopt;
}

void Transfer::setCallbacks() {
    options_->set(CURLOPT_PRIVATE, this);
    options_->set(CURLOPT_HEADERFUNCTION, &Transfer::headerCallback);
    options_->set(CURLOPT_HEADERDATA, this);
    options_->set(CURLOPT_WRITEFUNCTION, &Transfer::writeCallback);
    options_->set(CURLOPT_WRITEDATA, this);
    options_->set(CURLOPT_PREREQFUNCTION, &Transfer::prerequestCallback);
    options_->set(CURLOPT_PREREQDATA, this);
    options_->set(CURLOPT_ERRORBUFFER, errorText_);
    if (std::holds_alternative<std::string>(request_.body)) return;
    options_->set(CURLOPT_READFUNCTION, &Transfer::readCallback);
    options_->set(CURLOPT_READDATA, this);
}

Transfer& Transfer::of(CURL* easy) {
    Transfer* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    return *self;
}

std::size_t Transfer::headerCallback(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->takeHeadLine({bytes, size * count}) ? size * count : 0;
}

std::size_t Transfer::writeCallback(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->write({bytes, size * count});
}

std::size_t Transfer::readCallback(char* into, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->readBody(into, size * count);
}

int Transfer::prerequestCallback(void* self, char*, char*, int, int) {
    return static_cast<Transfer*>(self)->maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

bool Transfer::maySend() {
    if (std::exchange(wasSent_, true) && !request_.mayBeSentTwice)
        error_ = Error(ErrorCode::ConnectionLost,
                       "the kept connection was closed before the answer came");
    return !error_;
}

bool Transfer::takeHeadLine(std::string_view line) {
    if (hasHead_) return true;  // these are trailers
    headBytes_ += line.size();
    if (headBytes_ > mostHeadBytes) {
        error_ = errorFromCurl({.result = CURLE_OUT_OF_MEMORY, .wasSent = true});
        return false;
    }
    if (line == "\r\n" || line == "\n") return takeHead();
    return true;
}

bool Transfer::takeHead() {
    long code = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
    if (code < 200) return true;
    hasHead_ = true;
    status_ = static_cast<int>(code);
    long version = 0;
    curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
    isHttp2_ = version == CURL_HTTP_VERSION_2_0;
    const bool isTaken = guarded([this] {
        const ResponseHead head = this->head();
        framing_ = head.framing;
        if (request_.version == HttpRequest::Version::Http2Required && !isHttp2_)
            error_ = Error(ErrorCode::Http2Required, noHttp2);
        else
            handler_->onHead(head);
    });
    aborted_ = aborted_ || !isTaken;
    return isTaken && !error_;
}

ResponseHead Transfer::head() const {
    const auto value = [this](const char* name) {
        curl_header* header = nullptr;
        const bool found = curl_easy_header(easy_, name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK;
        return std::string(found ? header->value : "");
    };
    ResponseHead head;
    head.status = status_;
    using Framing = ResponseHead::Framing;
    if (request_.method == "HEAD" || status_ == 204 || status_ == 304)
        head.framing = Framing::None;
    else if (isHttp2_)
        head.framing = Framing::Http2;
    else if (!value("transfer-encoding").empty())  // libcurl takes no other one than chunked
        head.framing = Framing::Chunked;
    else
        head.framing = value("content-length").empty() ? Framing::UntilClose : Framing::Length;
    head.contentType = value("content-type");
    head.contentEncoding = value("content-encoding");
    if (!value("retry-after").empty()) {
        curl_off_t seconds = 0;
        curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &seconds);
        head.retryAfter = std::chrono::seconds(seconds);
    }
    if (request_.wantsHeaders)
        for (curl_header* header = nullptr;
             (header = curl_easy_nextheader(easy_, CURLH_HEADER, -1, header)) != nullptr;)
            head.headers.emplace_back(header->name, header->value);
    return head;
}

std::size_t Transfer::write(std::string_view bytes) {
    ++pieces;
    const bool isTaken = guarded([&] {
        if (!gotBytes) {
            active->push_back(this);
            gotBytes = true;
        }
        switch (handler_->onBody(bytes)) {
            case ResponseHandler::Taken::All:
                roundBytes += bytes.size();
                keptBytes_ += bytes.size();
                if (keptBytes_ >= handOverBytes) {
                    keptBytes_ = 0;
                    handler_->onRoundEnd();
                }
                break;
            case ResponseHandler::Taken::Nothing:
                receivingPaused_ = true;
                break;
            case ResponseHandler::Taken::Abort:
                aborted_ = true;
                break;
        }
    });
    aborted_ = aborted_ || !isTaken;
    if (aborted_) return refused;
    return receivingPaused_ ? CURL_WRITEFUNC_PAUSE : bytes.size();
}

std::size_t Transfer::readBody(char* into, std::size_t room) {
    BodySource::Piece piece{BodySource::Kind::Abort};
    if (guarded([&] {
            piece = std::get<std::shared_ptr<BodySource>>(request_.body)->read(into, room);
            askAgain(piece);
        }))
        switch (piece.kind) {
            case BodySource::Kind::Data:
                if (piece.bytes > 0) return piece.bytes;
                [[fallthrough]];  // to libcurl it would be the end
            case BodySource::Kind::Wait:
                sendingPaused_ = true;
                return CURL_READFUNC_PAUSE;
            case BodySource::Kind::End:
                return 0;
            case BodySource::Kind::Abort:
                break;
        }
    aborted_ = true;
    return CURL_READFUNC_ABORT;
}

void Transfer::askAgain(const BodySource::Piece& piece) {
    if (std::exchange(sendsLater, false)) sendings->erase(sending);
    if (piece.kind != BodySource::Kind::Wait || !piece.again) return;
    sending = sendings->emplace(*piece.again, this);
    sendsLater = true;
}

TransferEnd Transfer::endFrom(CURLcode result) {
    // A connection that ends within the head is to libcurl an answer without a body.
    if (result == CURLE_OK && !hasHead_) result = CURLE_GOT_NOTHING;
    if (result == CURLE_OK) {
        TransferEnd end = endAs(TransferEnd::Kind::Complete);
        end.isWhole = hasHead_ && framing_ != ResponseHead::Framing::UntilClose;
        return end;
    }
    if (error_) return endAs(TransferEnd::Kind::Failed, error_);
    if (aborted_) return endAs(TransferEnd::Kind::Aborted);
    CurlFailure failure{result, errorText_, hasHead_, wasSent_};
    failure.connectLimit = request_.connectLimit();
    curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &failure.connectStatus);
    curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &failure.systemError);
    failure.proxy = environmentProxy(request_.connection->baseUrl);
    Error error = errorFromCurl(failure);
    // Over plain http nobody is asked before the first frame. Who does not know them says so in
    // HTTP/1.1, or just hangs up.
    const bool isUnanswered = request_.version == HttpRequest::Version::Http2Required && !hasHead_;
    if (isUnanswered && std::strstr(errorText_, "SETTINGS") != nullptr)
        error = Error(ErrorCode::Http2Required, noHttp2);
    else if (isUnanswered && error.code() == ErrorCode::ConnectionLost)
        error = detail::ErrorBuilder(error)
                    .what(error.what() + std::string("; it has to speak HTTP/2"))
                    .build();
    return endAs(TransferEnd::Kind::Failed, std::move(error));
}

TransferEnd Transfer::endAs(TransferEnd::Kind kind, std::optional<Error> error) const {
    TransferEnd end{kind, status_, std::move(error), nullptr, false, wasSent_};
    if (easy_ != nullptr && !hasHead_) {  // its first line may have come
        long code = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
        if (code >= 200) end.status = static_cast<int>(code);
    }
    if (kind == TransferEnd::Kind::Aborted) end.exception = exception_;
    return end;
}

bool Transfer::passOn() noexcept {
    keptBytes_ = 0;
    return guarded([this] { handler_->onRoundEnd(); });
}

CURLcode Transfer::resumeReceiving() {
    return std::exchange(receivingPaused_, false) ? unpause() : CURLE_OK;
}

CURLcode Transfer::resumeSending() {
    return std::exchange(sendingPaused_, false) ? unpause() : CURLE_OK;
}

CURLcode Transfer::unpause() {
    const int stillPaused =
        (receivingPaused_ ? CURLPAUSE_RECV : 0) | (sendingPaused_ ? CURLPAUSE_SEND : 0);
    return curl_easy_pause(easy_, stillPaused);
}

}  // namespace ksqldb::transport
