#pragma once
#include "transport/curl_api.h"
#include "transport/http_request.h"
#include "transport/read_pacer.h"
#include "transport/response_handler.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

namespace ksqldb::transport {

class Transfer;
/// When a transfer's timer fires.
using TimerQueue = std::multimap<Clock::time_point, Transfer*>;

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
    /// Null: libcurl had no memory.
    CURL* easy() const noexcept { return easy_; }
    ResponseHandler& handler() const noexcept { return *handler_; }

    static Transfer& of(CURL* easy);

    /// How libcurl ended it.
    TransferEnd endFrom(CURLcode result);
    int status();

    /// Bytes that libcurl kept come before it returns. What is not CURLE_OK is the transfer's end:
    /// libcurl says it nowhere else.
    [[nodiscard]] CURLcode unpause();
    /// Has the handler pass on what it has. False: it threw, and the transfer is to end.
    [[nodiscard]] bool passOn() noexcept;

    // The loop's notes.
    TimerQueue::iterator timer;
    bool hasTimer = false;
    bool gotBytes = false;   // in this round
    std::size_t pieces = 0;  // bodies' parts since the round began
    std::size_t roundBytes = 0;
    ReadPacer::Pace pace;

private:
    static std::size_t writeCallback(char* bytes, std::size_t size, std::size_t count, void* self);
    static int socketCallback(void* self, curl_socket_t socket, curlsocktype purpose);
    std::size_t write(std::string_view bytes);
    void setOptions();

    /// A round can bring megabytes. The handler passes so many on before it ends, so that its
    /// memory stays small enough to be used again.
    static constexpr std::size_t handOverBytes = std::size_t{256} * 1024;

    CurlApi& api_;
    const std::uint64_t id_;
    const HttpRequest request_;
    std::shared_ptr<ResponseHandler> handler_;
    CURL* easy_;
    curl_slist* headers_ = nullptr;
    char errorText_[CURL_ERROR_SIZE] = "";
    int status_ = 0;
    std::size_t keptBytes_ = 0;  // since the handler was told to pass them on
    bool paused_ = false;        // what libcurl believes; only this thread looks at it
    bool aborted_ = false;

    friend class EventLoop;
    std::vector<Transfer*>* active_ = nullptr;  // the loop's list of transfers with bytes
};

}  // namespace ksqldb::transport
