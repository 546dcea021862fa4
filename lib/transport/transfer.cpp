#include "transport/transfer.h"

#include "base/thread.h"
#include "transport/curl_error.h"

#include <ksqldb/version.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <string>
#include <utility>

namespace ksqldb::transport {

bool isSameHeader(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
        return std::tolower(x) == std::tolower(y);
    });
}

Transfer::Transfer(CurlApi& api, std::uint64_t id, HttpRequest request,
                   std::shared_ptr<ResponseHandler> handler)
    : api_(api),
      id_(id),
      request_(std::move(request)),
      handler_(std::move(handler)),
      easy_(api.easyInit()) {
    if (easy_ != nullptr) setOptions();
}

Transfer::~Transfer() {
    if (easy_ != nullptr) api_.easyCleanup(easy_);
    curl_slist_free_all(headers_);
}

void Transfer::setOptions() {
    const ConnectionSettings& connection = *request_.connection;
    const auto set = [this](CURLoption option, auto value) {
        curl_easy_setopt(easy_, option, value);
    };

    set(CURLOPT_URL, (connection.baseUrl + request_.path).c_str());
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::writeCallback);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_ERRORBUFFER, errorText_);
    set(CURLOPT_NOSIGNAL, 1L);
    // Or removing a handle would wait for a resolver that does not answer, and the loop with it.
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    // A stream that is paused shares its connection with nobody and buffers nothing only over
    // HTTP/1.1; and the 7.88 series breaks HTTP/2 without TLS.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_BUFFERSIZE, 64L * 1024L);
    // libcurl refuses more, and would go on with its default.
    constexpr std::chrono::milliseconds longest(std::numeric_limits<int>::max());
    set(CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min(connection.connectTimeout, longest).count()));
    set(CURLOPT_TCP_KEEPALIVE, 1L);  // a silent push query may outlive a middlebox's patience
    set(CURLOPT_TCP_KEEPIDLE, 30L);
    set(CURLOPT_TCP_KEEPINTVL, 30L);
    set(CURLOPT_MAXAGE_CONN, 90L);
    set(CURLOPT_SOCKOPTFUNCTION, &Transfer::socketCallback);

    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!connection.caFile.empty()) set(CURLOPT_CAINFO, connection.caFile.c_str());
    if (!connection.user.empty()) {
        // Only basic, or libcurl would ask first; user and password apart, for a key may hold a
        // colon.
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, connection.user.c_str());
        set(CURLOPT_PASSWORD, connection.secret.c_str());
    }

    std::vector<std::pair<std::string, std::string>> headers = {
        {"Accept", request_.accept}, {"User-Agent", "ksqldb-cpp/" KSQLDB_VERSION}};
    if (request_.method == HttpRequest::Method::Post) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());
        // Never libcurl's default: the server would run its form decoder over the JSON.
        headers.emplace_back("Content-Type", "application/json");
        headers.emplace_back("Expect", "");  // else a body over a megabyte would wait a second
    }
    for (const auto& [name, value] : connection.headers) {
        const auto known = std::find_if(headers.begin(), headers.end(), [&n = name](const auto& h) {
            return isSameHeader(h.first, n);
        });
        if (known != headers.end())
            known->second = value;
        else
            headers.emplace_back(name, value);
    }
    for (const auto& [name, value] : headers)
        headers_ =
            curl_slist_append(headers_, (name + ":" + (value.empty() ? "" : " " + value)).c_str());
    set(CURLOPT_HTTPHEADER, headers_);
}

Transfer& Transfer::of(CURL* easy) {
    Transfer* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    return *self;
}

std::size_t Transfer::writeCallback(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->write({bytes, size * count});
}

int Transfer::socketCallback(void*, curl_socket_t socket, curlsocktype) {
    base::closeOnExec(socket);
    return CURL_SOCKOPT_OK;
}

std::size_t Transfer::write(std::string_view bytes) {
    ++pieces;
    try {
        if (!gotBytes) {
            active_->push_back(this);
            gotBytes = true;
        }
        switch (handler_->onBody(status(), bytes)) {
            case ResponseHandler::Taken::All:
                roundBytes += bytes.size();
                keptBytes_ += bytes.size();
                if (keptBytes_ >= handOverBytes && !passOn()) break;
                return bytes.size();
            case ResponseHandler::Taken::Nothing:
                paused_ = true;
                return CURL_WRITEFUNC_PAUSE;
            case ResponseHandler::Taken::Abort:
                break;
        }
    } catch (...) {  // no memory: an exception must not cross libcurl
    }
    aborted_ = true;
    return CURL_WRITEFUNC_ERROR;
}

int Transfer::status() {
    if (status_ == 0) {
        long code = 0;
        curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
        status_ = static_cast<int>(code);
    }
    return status_;
}

TransferEnd Transfer::endFrom(CURLcode result) {
    if (result == CURLE_OK) return {TransferEnd::Kind::Complete, status(), std::nullopt};
    if (aborted_) return {TransferEnd::Kind::Aborted, status(), std::nullopt};
    return {TransferEnd::Kind::Failed, status(), errorFromCurl(result, errorText_, status() != 0)};
}

bool Transfer::passOn() noexcept {
    keptBytes_ = 0;
    try {
        handler_->onRoundEnd();
        return true;
    } catch (...) {  // no memory
        return false;
    }
}

CURLcode Transfer::unpause() {
    if (!std::exchange(paused_, false)) return CURLE_OK;
    return curl_easy_pause(easy_, CURLPAUSE_CONT);
}

}  // namespace ksqldb::transport
