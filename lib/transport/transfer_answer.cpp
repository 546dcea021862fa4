// What a transfer does with the answer: its head, its body and what bounds them.
#include "base/error_builder.h"
#include "transport/curl_error.h"
#include "transport/proxy.h"
#include "transport/transfer.h"

#include <string>
#include <utility>
#include <variant>

namespace ksqldb::transport {

namespace {

/// What a write callback returns to end its transfer.
#if CURL_AT_LEAST_VERSION(7, 87, 0)
constexpr std::size_t refused = CURL_WRITEFUNC_ERROR;
#else
constexpr std::size_t refused = 0;
#endif

/// Throws Error for a coding that nobody asked for.
ResponseHead::Framing framingOf(const std::string& transferCoding) {
    if (equalsIgnoringCase(transferCoding, "chunked")) return ResponseHead::Framing::Chunked;
    throw Error(ErrorCode::MalformedResponse,
                "the answer's transfer coding is not chunked, and no other one was asked for");
}

}  // namespace

bool Transfer::takeHeadLine(std::string_view line) {
    if (headLines_ == 0 && request_.watch) answered_ = Clock::now();
    if (framing_ == ResponseHead::Framing::Chunked) return true;  // trailers, see checkHeadSize()
    headBytes_ += line.size();
    ++headLines_;
    if (!checkHeadSize()) return false;
    if (hasHead_) return true;  // these are trailers
    if (line == "\r\n" || line == "\n") return takeHead();
    return true;
}

bool Transfer::checkHeadSize() {
    const ConnectionSettings& limits = *request_.connection;
    const bool hasBytesTooMany = headBytes_ + chunks_.trailerBytes() > limits.maxHeadBytes;
    if (!hasBytesTooMany && headLines_ + chunks_.trailerLines() <= limits.maxHeadLines) return true;
    const char* const name = hasBytesTooMany ? "maxHeadBytes" : "maxHeadLines";
    const std::size_t most = hasBytesTooMany ? limits.maxHeadBytes : limits.maxHeadLines;
    error_ = detail::ErrorBuilder(ErrorCode::HeadTooLarge,
                                  std::string("the head of the answer") +
                                      (hasHead_ ? ", with its trailers," : "") +
                                      " is larger than " + name + ", " + std::to_string(most))
                 .limit(name)
                 .build();
    return false;
}

bool Transfer::takeHead() {
    const bool isTaken = guarded([&] {
        const auto code = infoOf<long>(CURLINFO_RESPONSE_CODE);
        if (code < 200) return;
        hasHead_ = true;
        status_ = static_cast<int>(code);
        if (status_ == 407)
            if (const std::string proxy = proxyInUse(*request_.connection); !proxy.empty()) {
                error_ = errorFromUnknownToProxy(proxy);
                return;
            }
        isHttp2_ = infoOf<long>(CURLINFO_HTTP_VERSION) == CURL_HTTP_VERSION_2_0;
        isToBeRepeated_ = status_ == 401 && hasOtherCredentials();
        if (isToBeRepeated_) {
            if (request_.refused) request_.refused();
            return;
        }
        const ResponseHead head = this->head();
        framing_ = head.framing;
        if (request_.version == HttpRequest::Version::Http2Required && !isHttp2_)
            error_ = Error(ErrorCode::Http2Required, noHttp2);
        else
            handler_->onHead(head);
    });
    aborted_ = aborted_ || !isTaken;
    return isTaken && !error_ && !isToBeRepeated_;
}

bool Transfer::hasOtherCredentials() {
    if (isRepeated_ || !request_.authorizer) return false;
    const auto* source = std::get_if<std::shared_ptr<BodySource>>(&request_.body);
    return request_.authorizer->refused(credentials_) && (source == nullptr || (*source)->rewind());
}

template <class Value>
Value Transfer::infoOf(CURLINFO what) const {
    Value value = 0;
    const CURLcode result = api_.easyGetinfo(easy_, what, &value);
    if (result != CURLE_OK) throw errorFromCall("curl_easy_getinfo", result);
    return value;
}

std::string Transfer::header(const char* name) const {
    curl_header* header = nullptr;
    const CURLHcode result = api_.easyHeader(easy_, name, &header);
    if (result == CURLHE_OK) return header->value;
    if (result == CURLHE_MISSING || result == CURLHE_NOHEADERS) return {};
    throw errorFromCall("curl_easy_header", result);
}

ResponseHead Transfer::head() const {
    ResponseHead head;
    head.status = status_;
    using Framing = ResponseHead::Framing;
    if (request_.method == "HEAD" || status_ == 204 || status_ == 304)
        head.framing = Framing::None;
    else if (isHttp2_)
        head.framing = Framing::Http2;
    else if (const std::string coding = header("transfer-encoding"); !coding.empty())
        head.framing = framingOf(coding);
    else
        head.framing = header("content-length").empty() ? Framing::UntilClose : Framing::Length;
    head.contentType = header("content-type");
    head.contentEncoding = header("content-encoding");
    if (!header("retry-after").empty())
        head.retryAfter = std::chrono::seconds(infoOf<curl_off_t>(CURLINFO_RETRY_AFTER));
    if (request_.wantsHeaders)
        for (curl_header* header = nullptr;
             (header = curl_easy_nextheader(easy_, CURLH_HEADER, -1, header)) != nullptr;)
            head.headers.emplace_back(header->name, header->value);
    return head;
}

std::size_t Transfer::write(std::string_view bytes) {
    if (roundBytes >= mostRoundBytes) {
        hadTurn = receivingPaused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    if (framing_ != ResponseHead::Framing::Chunked) {
        ++pieces;
        give(bytes);
    } else {
        giveChunks(bytes);
    }
    if (aborted_ || error_) return refused;
    return receivingPaused_ ? CURL_WRITEFUNC_PAUSE : bytes.size();
}

void Transfer::giveChunks(std::string_view bytes) {
    const bool isTaken = guarded([&] {
        if (decoded->size() < bytes.size()) decoded->resize(bytes.size());
    });
    aborted_ = aborted_ || !isTaken;
    if (aborted_) return;
    const ChunkedBody before = chunks_;
    const std::size_t size = chunks_.read(bytes, decoded->data());
    if (size > 0) give({decoded->data(), size});
    pieces += chunks_.count() - before.count();
    if (receivingPaused_)
        chunks_ = before;  // these bytes come again
    else
        checkHeadSize();
}

void Transfer::give(std::string_view bytes) {
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
                return;
            case ResponseHandler::Taken::Abort:
                aborted_ = true;
                break;
        }
        receivedBytes_ += bytes.size();
    });
    aborted_ = aborted_ || !isTaken;
}

}  // namespace ksqldb::transport
