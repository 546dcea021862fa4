#include "transport/transfer.h"

#include "base/error_builder.h"
#include "transport/curl_error.h"
#include "transport/proxy.h"
#include "transport/url.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <variant>

namespace ksqldb::transport {

namespace {

constexpr const char* noLastChunk =
    "the answer is not HTTP as it should be: its chunks end without a last one";

constexpr const char* lostBeforeAnswer = "the kept connection was closed before the answer came";

bool reachedNobody(ErrorCode code) {
    return code == ErrorCode::ConnectFailed || code == ErrorCode::ConnectTimeout ||
           code == ErrorCode::ProxyRefused;
}

}  // namespace

Transfer::Transfer(CurlApi& api, std::uint64_t id, HttpRequest request,
                   std::shared_ptr<ResponseHandler> handler)
    : api_(api), id_(id), request_(std::move(request)), handler_(std::move(handler)) {}

Transfer::~Transfer() {
    if (easy_ != nullptr) api_.easyCleanup(easy_);
}

bool Transfer::authorize() {
    bool isKnown = true;
    const bool isAsked = guarded([&] {
        if (!request_.authorizer) return;
        auto known = request_.authorizer->credentialsFor(id_);
        isKnown = known.has_value();
        if (known) credentials_ = std::move(*known);
    });
    return isAsked && isKnown;
}

void Transfer::close() {
    if (request_.watch) {
        measure();
        const Error error(ErrorCode::Unauthorized, "the server refused the credentials");
        request_.watch->end(&error, true);
    }
    api_.easyCleanup(easy_);
    easy_ = nullptr;
    options_.reset();
    isToBeRepeated_ = false;
    isRepeated_ = true;
    hasHead_ = false;
    status_ = 0;
    framing_ = ResponseHead::Framing::None;
    chunks_ = {};
    receivedBytes_ = 0;
    headBytes_ = 0;
    headLines_ = 0;
    wasSent_ = false;
    isConnectionReused_ = false;
    answered_.reset();
    receivingPaused_ = false;
    sendingPaused_ = false;
}

void Transfer::removed() noexcept {
    isAdded = false;
    options_->removed();
}

void Transfer::measure() const noexcept {
    if (request_.watch && easy_ != nullptr) request_.watch->measure(figures());
}

RequestFigures Transfer::figures() const noexcept {
    const auto ask = [this](CURLINFO what) {
        curl_off_t value = 0;
        api_.easyGetinfo(easy_, what, &value);
        return value;
    };
    const auto time = [&ask](CURLINFO what) { return RequestFigures::Time(ask(what)); };
    RequestFigures figures;
    long code = 0;
    api_.easyGetinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
    if (code >= 200) {
        figures.status = static_cast<int>(code);
        long version = 0;
        api_.easyGetinfo(easy_, CURLINFO_HTTP_VERSION, &version);
        figures.isHttp2 = version == CURL_HTTP_VERSION_2_0;
    }
    figures.isReused = isConnectionReused_;
    figures.sentBytes = static_cast<std::uint64_t>(ask(CURLINFO_SIZE_UPLOAD_T));
    figures.receivedBytes = receivedBytes_;  // libcurl 8 counts what is around the chunks, too
    figures.resolved = time(CURLINFO_NAMELOOKUP_TIME_T);
    figures.connected = time(CURLINFO_CONNECT_TIME_T);
    figures.secured = time(CURLINFO_APPCONNECT_TIME_T);
    if (wasSent_) figures.sent = time(CURLINFO_PRETRANSFER_TIME_T);
    figures.answered = answered_;
    return figures;
}

std::optional<TransferEnd> Transfer::open() {
    easy_ = api_.easyInit();
    if (easy_ == nullptr)
        return endAs(TransferEnd::Kind::Failed,
                     Error(ErrorCode::NoMemory, "libcurl got no memory"));
    options_.emplace(api_, easy_);
    if (!guarded([&] {
            if (request_.choose) request_.connection = request_.choose();
            if (request_.watch) request_.watchHeaders = request_.watch->begin(request_);
            setCallbacks();
            options_->setAll(request_, credentials_);
            if (connections != nullptr) options_->countSockets(*connections);
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
    options_->set(CURLOPT_HTTP_TRANSFER_DECODING, 0L);  // see ChunkedBody
    options_->set(CURLOPT_PREREQFUNCTION, &Transfer::prerequestCallback);
    options_->set(CURLOPT_PREREQDATA, this);
    options_->set(CURLOPT_ERRORBUFFER, errorText_);
    if (std::holds_alternative<std::string>(request_.body)) return;
    options_->set(CURLOPT_READFUNCTION, &Transfer::readCallback);
    options_->set(CURLOPT_READDATA, this);
}

Transfer* Transfer::of(CurlApi& api, CURL* easy) {
    Transfer* self = nullptr;
    api.easyGetinfo(easy, CURLINFO_PRIVATE, &self);
    return self;
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

int Transfer::prerequestCallback(void* self, char*, char*, int, int localPort) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.options_->connected(localPort);
    return transfer.maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

bool Transfer::maySend() {
    if (std::exchange(wasSent_, true) && !request_.mayBeSentTwice)
        error_ = Error(ErrorCode::ConnectionLost, lostBeforeAnswer);
    if (!error_) countConnection();
    return !error_;
}

void Transfer::countConnection() {
    long made = 0;
    api_.easyGetinfo(easy_, CURLINFO_NUM_CONNECTS, &made);
    isConnectionReused_ = made == 0;
    if (connections != nullptr)
        ConnectionCounts::add(isConnectionReused_ ? connections->reused : connections->fresh);
}

std::size_t Transfer::readBody(char* into, std::size_t room) {
    // libcurl may ask in a pause, too, and stays paused whatever it is given: then nobody would ask
    // the source again, and its end would be lost.
    if (sendingPaused_) return CURL_READFUNC_PAUSE;
    BodySource::Piece piece{BodySource::Kind::Abort};
    if (guarded([&] {
            piece = pieceOfBody(into, room);
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

BodySource::Piece Transfer::pieceOfBody(char* into, std::size_t room) {
    const std::size_t fits = options_->socketRoom().bytes();
    if (fits == 0) return {BodySource::Kind::Wait, 0, Clock::now() + lookAgain};
    return std::get<std::shared_ptr<BodySource>>(request_.body)->read(into, std::min(room, fits));
}

void Transfer::askAgain(const BodySource::Piece& piece) {
    sending.clear();
    if (piece.kind == BodySource::Kind::Wait && piece.again) sending.set(*sendings, *piece.again);
}

TransferEnd Transfer::endFrom(CURLcode result) {
    // A connection that ends within the head is to libcurl an answer without a body.
    if (result == CURLE_OK && !hasHead_) result = CURLE_GOT_NOTHING;
    if (result == CURLE_OK && framing_ == ResponseHead::Framing::Chunked && !chunks_.hasEnded())
        return endAs(TransferEnd::Kind::Failed, Error(ErrorCode::MalformedResponse, noLastChunk));
    if (result == CURLE_OK) {
        TransferEnd end = endAs(TransferEnd::Kind::Complete);
        end.isWhole = hasHead_ && framing_ != ResponseHead::Framing::UntilClose;
        return end;
    }
    if (error_) return endAs(TransferEnd::Kind::Failed, error_);
    if (aborted_) return endAs(TransferEnd::Kind::Aborted);
    CurlFailure failure{result, errorText_, hasHead_, wasSent_};
    failure.connectLimit = request_.connectLimit();
    api_.easyGetinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &failure.connectStatus);
    api_.easyGetinfo(easy_, CURLINFO_OS_ERRNO, &failure.systemError);
    failure.proxy = proxyInUse(*request_.connection);
    failure.isThroughTls = failure.connectStatus != 0 && isProxyTls(*request_.connection);
    failure.localInterface = request_.connection->route->localInterface;
    failure.tls = tlsFailure(failure.connectStatus);
    Error error = errorFromCurl(failure);
    // Over plain http nobody is asked before the first frame. Who does not know them says so in
    // HTTP/1.1, or just hangs up.
    const bool isUnanswered = request_.version == HttpRequest::Version::Http2Required && !hasHead_;
    if (isUnanswered && std::strstr(errorText_, "SETTINGS") != nullptr)
        error = Error(ErrorCode::Http2Required, noHttp2);
    else if (isUnanswered && error.code() == ErrorCode::ConnectionLost &&
             result != CURLE_HTTP2_STREAM)
        error = detail::ErrorBuilder(error).what(error.what() + std::string(hint())).build();
    // The server may have executed it. That libcurl then found no other connection by which to ask
    // again does not make it a request that reached nobody.
    if (wasSent_ && !hasHead_ && !request_.mayBeSentTwice && reachedNobody(error.code()))
        error = Error(ErrorCode::ConnectionLost,
                      std::string(lostBeforeAnswer) + "; after that " + error.what());
    return endAs(TransferEnd::Kind::Failed, std::move(error));
}

const char* Transfer::hint() const {
    const ConnectionSettings& connection = *request_.connection;
    // With TLS it has said that it speaks HTTP/2. What it says of certificates comes with TLS 1.3
    // after the handshake, and is lost where the request is already on its way.
    if (!connection.isTls) return "; it has to speak HTTP/2";
    return connection.tls->hasCertificate() ? "; it may have refused the client certificate"
                                            : "; it may want a client certificate";
}

TlsFailure Transfer::tlsFailure(long connectStatus) const {
    const ConnectionSettings& connection = *request_.connection;
    TlsFailure tls;
    tls.host = hostOf(connection.baseUrl);
    tls.settings = connection.tls;
    // Before it has answered to CONNECT there was nobody else.
    tls.isOfProxy = isProxyTls(connection) && connectStatus == 0;
    api_.easyGetinfo(easy_,
                     tls.isOfProxy ? CURLINFO_PROXY_SSL_VERIFYRESULT : CURLINFO_SSL_VERIFYRESULT,
                     &tls.verifyResult);
    return tls;
}

TransferEnd Transfer::endOfPause(CURLcode result) {
    // Here it is not a head that is too large.
    const bool isOurs = error_ || aborted_;
    if (isOurs || result != CURLE_OUT_OF_MEMORY) return endFrom(result);
    return endAs(TransferEnd::Kind::Failed, errorFromCall("curl_easy_pause", result));
}

TransferEnd Transfer::endAs(TransferEnd::Kind kind, std::optional<Error> error) const {
    TransferEnd end{kind, status_, std::move(error), nullptr, false, wasSent_, waitsForCredentials};
    if (easy_ != nullptr && !hasHead_) {  // its first line may have come
        long code = 0;
        api_.easyGetinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
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
    return api_.easyPause(easy_, stillPaused);
}

}  // namespace ksqldb::transport
