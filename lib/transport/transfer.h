#pragma once
#include "transport/alarm.h"
#include "transport/chunked_body.h"
#include "transport/connection_counts.h"
#include "transport/curl_api.h"
#include "transport/http_request.h"
#include "transport/read_pacer.h"
#include "transport/response_handler.h"
#include "transport/tls_failure.h"
#include "transport/transfer_options.h"

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksqldb::transport {

/// One request and its answer: an easy handle and all that has to live as long. It belongs to the
/// event loop's thread.
class Transfer {
public:
    Transfer(CurlApi& api, std::uint64_t id, HttpRequest request,
             std::shared_ptr<ResponseHandler> handler);
    ~Transfer();
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    std::uint64_t id() const noexcept { return id_; }
    /// Null until open().
    CURL* easy() const noexcept { return easy_; }
    ResponseHandler& handler() const noexcept { return *handler_; }

    /// Null where libcurl does not tell.
    static Transfer* of(CurlApi& api, CURL* easy);

    /// Asks who asks. False: that is not known yet; or, with an exception, never.
    [[nodiscard]] bool authorize();
    bool hasThrown() const noexcept { return exception_ != nullptr; }
    /// Makes the easy handle. What it returns is the transfer's end.
    [[nodiscard]] std::optional<TransferEnd> open();
    /// The server has refused the credentials, and there are others: close(), then as at first.
    bool isToBeRepeated() const noexcept { return isToBeRepeated_; }
    /// Requires that libcurl does not have the handle any more.
    void close();
    /// libcurl does not have the handle any more.
    void removed() noexcept;
    /// Tells who observes it what libcurl has measured.
    void measure() const noexcept;
    /// How libcurl ended it.
    TransferEnd endFrom(CURLcode result);
    /// How resuming ended it.
    TransferEnd endOfPause(CURLcode result);
    /// How it ends for a reason that is not libcurl's.
    TransferEnd endAs(TransferEnd::Kind kind, std::optional<Error> error = {}) const;
    /// Whether its socket may be left unread for a while. That of HTTP/2 also brings what the
    /// request waits for.
    bool mayRest() const noexcept { return !isHttp2_; }

    /// Bytes that libcurl kept come before it returns. What is not CURLE_OK is the transfer's end:
    /// libcurl says it nowhere else.
    [[nodiscard]] CURLcode resumeReceiving();
    [[nodiscard]] CURLcode resumeSending();
    /// Calls the handler. False: it threw, and the transfer is to end as Aborted.
    template <class Call>
    [[nodiscard]] bool guarded(Call call) noexcept {
        try {
            call();
            return true;
        } catch (...) {
            exception_ = std::current_exception();
            return false;
        }
    }
    /// Has the handler pass on what it has.
    [[nodiscard]] bool passOn() noexcept;

    // The loop's notes.
    Alarm timer{*this};    // the handler's
    Alarm start{*this};    // while it waits for its time
    Alarm sending{*this};  // when its body's source is asked again
    bool waitsForCredentials = false;
    bool isAdded = false;    // to libcurl's multi handle
    bool gotBytes = false;   // in this round
    bool hadTurn = false;    // paused until the next one
    std::size_t pieces = 0;  // bodies' parts since the round began
    std::size_t roundBytes = 0;
    ReadPacer::Pace pace;
    std::vector<Transfer*>* active = nullptr;  // the loop's list of transfers with bytes
    AlarmQueue* sendings = nullptr;            // and its queue of those whose body goes on later
    ConnectionCounts* connections = nullptr;   // and its counts
    std::string* decoded = nullptr;            // and its room for what chunks hold

private:
    static std::size_t headerCallback(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t writeCallback(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t readCallback(char* into, std::size_t size, std::size_t count, void* self);
    static int prerequestCallback(void* self, char*, char*, int, int localPort);
    /// Once, or again where libcurl repeats the request over another connection.
    bool maySend();
    void countConnection();
    bool hasOtherCredentials();
    std::size_t write(std::string_view bytes);
    void give(std::string_view bytes);
    void giveChunks(std::string_view bytes);
    std::size_t readBody(char* into, std::size_t room);
    BodySource::Piece pieceOfBody(char* into, std::size_t room);
    void askAgain(const BodySource::Piece& piece);
    bool takeHeadLine(std::string_view line);
    bool checkHeadSize();
    bool takeHead();
    ResponseHead head() const;
    /// Empty where the answer has none. What libcurl cannot tell does not pass for that: throws
    /// Error, because the framing and the encoding depend on it.
    std::string header(const char* name) const;
    /// Throws Error where libcurl does not tell.
    template <class Value>
    Value infoOf(CURLINFO what) const;

    RequestFigures figures() const noexcept;

    /// Why a server may have hung up that was asked for HTTP/2.
    const char* hint() const;
    TlsFailure tlsFailure(long connectStatus) const;

    static constexpr const char* noHttp2 =
        "the server, or a proxy on the way, does not speak HTTP/2, which this request needs";

    void setCallbacks();
    [[nodiscard]] CURLcode unpause();

    /// A round can bring megabytes. The handler passes so many on before it ends, so that its
    /// memory stays small enough to be used again.
    static constexpr std::size_t handOverBytes = std::size_t{256} * 1024;

    /// When a socket that was full is looked at again.
    static constexpr std::chrono::milliseconds lookAgain{1};

    /// libcurl would read on for megabytes, and serve nobody meanwhile: no other transfer, nobody
    /// who cancels or closes.
    static constexpr std::size_t mostRoundBytes = std::size_t{512} * 1024;

    CurlApi& api_;
    const std::uint64_t id_;
    HttpRequest request_;
    std::shared_ptr<ResponseHandler> handler_;
    CURL* easy_ = nullptr;
    std::optional<TransferOptions> options_;
    Credentials credentials_;
    char errorText_[CURL_ERROR_SIZE] = "";
    int status_ = 0;
    ResponseHead::Framing framing_ = ResponseHead::Framing::None;
    ChunkedBody chunks_;               // where libcurl stands in them
    std::uint64_t receivedBytes_ = 0;  // of the body
    std::size_t headBytes_ = 0;        // of the answer and all that came before it, 1xx for one
    std::size_t headLines_ = 0;
    bool hasHead_ = false;
    bool isHttp2_ = false;
    bool wasSent_ = false;
    bool isConnectionReused_ = false;
    std::optional<Clock::time_point> answered_;  // if somebody observes it
    bool isToBeRepeated_ = false;
    bool isRepeated_ = false;
    std::size_t keptBytes_ = 0;  // since the handler was told to pass them on
    // What libcurl believes; only this thread looks at it.
    bool receivingPaused_ = false;
    bool sendingPaused_ = false;
    // Why it is to end, where that is no failure of libcurl's.
    bool aborted_ = false;
    std::exception_ptr exception_;
    std::optional<Error> error_;
};

}  // namespace ksqldb::transport
