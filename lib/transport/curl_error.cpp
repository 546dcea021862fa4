#include "transport/curl_error.h"

#include "base/error_builder.h"

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

namespace ksqldb::transport {

namespace {

ErrorCode codeOf(const CurlFailure& failure) {
    switch (failure.result) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_INTERFACE_FAILED:
            return ErrorCode::ConnectFailed;
        case CURLE_OPERATION_TIMEDOUT:  // the only limit that libcurl itself is given
            return ErrorCode::ConnectTimeout;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CRL_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_SSL_ENGINE_NOTFOUND:
        case CURLE_SSL_ENGINE_SETFAILED:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_CLIENTCERT:
        case CURLE_USE_SSL_FAILED:
            return ErrorCode::TlsFailed;
        case CURLE_PROXY:
            return ErrorCode::ProxyRefused;
        case CURLE_OUT_OF_MEMORY:
            return ErrorCode::NoMemory;
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_SSL_SHUTDOWN_FAILED:
        case CURLE_SEND_FAIL_REWIND:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_AGAIN:
            return ErrorCode::ConnectionLost;
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_BAD_CONTENT_ENCODING:
            return ErrorCode::MalformedResponse;
        default:  // whatever a newer libcurl has
            return failure.hadHead || failure.wasSent ? ErrorCode::ConnectionLost
                                                      : ErrorCode::ConnectFailed;
    }
}

/// libcurl 8.6 and later has it by its own name.
constexpr auto tooLarge = static_cast<CURLcode>(100);

/// Where libcurl's code says less than is known. It has one code for all that goes wrong while
/// receiving, so its text has to tell; a text that a later libcurl words otherwise is told by the
/// code alone.
std::optional<ErrorCode> closerCodeOf(const CurlFailure& failure) {
    const auto says = [text = std::string_view(failure.details)](std::string_view part) {
        return text.find(part) != std::string_view::npos;
    };
    const bool isLost = codeOf(failure) == ErrorCode::ConnectionLost;
    if (!failure.hadHead && failure.connectStatus >= 300) return ErrorCode::ProxyRefused;
    // The proxy hung up before it opened the way: libcurl says the same of a server that does.
    const bool isUnopened = !failure.wasSent && failure.connectStatus == 0;
    if (isLost && isUnopened && !failure.proxy.empty()) return ErrorCode::ConnectFailed;
    // libcurl's own words. Those of the system, behind them, are in the process's language.
    const bool isReset = says("Recv failure") || says("Send failure");
    // Who ends the handshake without an alert has refused nothing. So say OpenSSL and GnuTLS. Where
    // one TLS goes through another, libcurl 7.88 says it also of what is not trusted.
    const bool isCut = isReset || says("SSL_ERROR_SYSCALL") || says("unexpected eof") ||
                       says("non-properly terminated");
    if (failure.result == CURLE_SSL_CONNECT_ERROR && isCut && !failure.hadHead &&
        !failure.isThroughTls)
        return ErrorCode::ConnectFailed;
    // It is this machine that looks up a name for a proxy of SOCKS that does not.
    const bool isUnresolved = says("resolve host") || says("resolve proxy");
    const bool isHungUp = !failure.wasSent && (isReset || says("connection to proxy closed"));
    if (failure.result == CURLE_PROXY && (isUnresolved || isHungUp))
        return ErrorCode::ConnectFailed;
    if (says("Unsupported proxy")) return ErrorCode::Unsupported;
    if (says("thread failed to start")) return ErrorCode::NoThread;
    if (failure.systemError == EMFILE || failure.systemError == ENFILE)
        return ErrorCode::NoDescriptor;
    // With TLS 1.3 a refusal comes after the handshake.
    if (isLost && !failure.hadHead && says("alert")) return ErrorCode::TlsFailed;
    const bool isBadChunk = says("in chunked-encoding") || says("chunk hex-length") ||
                            says("invalid chunk size");  // the latter ones: libcurl 8
    if (isLost && isBadChunk) return ErrorCode::MalformedResponse;
    // A line of the head that is longer than its buffer is no memory to libcurl before 8.6.
    const bool isTooLarge = failure.result == CURLE_OUT_OF_MEMORY || failure.result == tooLarge ||
                            says("Too large response headers");
    if (isTooLarge && failure.wasSent && !failure.hadHead) return ErrorCode::HeadTooLarge;
    return std::nullopt;
}

std::string tlsMeaningOf(const CurlFailure& failure) {
    TlsFailure tls = failure.tls;
    tls.result = failure.result;
    tls.details = failure.details;
    return wordsOf(tls);
}

std::string meaningOf(ErrorCode code, const CurlFailure& failure) {
    switch (code) {
        case ErrorCode::ConnectFailed:
            return failure.result == CURLE_INTERFACE_FAILED && !failure.localInterface.empty()
                       ? "no connection from " + failure.localInterface
                       : "no connection";
        case ErrorCode::ConnectTimeout:
            return "no connection within connectTimeout, " +
                   std::to_string(failure.connectLimit.count()) + " ms";
        case ErrorCode::TlsFailed:
            return tlsMeaningOf(failure);
        case ErrorCode::ProxyRefused:
            return failure.connectStatus == 0 ? "the proxy does not open the way to the server"
                                              : "the proxy does not open the way to the server, "
                                                "HTTP " +
                                                    std::to_string(failure.connectStatus);
        case ErrorCode::ConnectionLost:
            return failure.hadHead ? "the connection was lost before the answer was complete"
                                   : "the connection was lost before an answer came";
        case ErrorCode::HeadTooLarge:
            return "the head of the answer is too large";
        case ErrorCode::NoMemory:
            return "libcurl got no memory";
        case ErrorCode::NoThread:
            return "the system has no thread left to look up the server's name";
        case ErrorCode::NoDescriptor:
            return "the process has no file descriptors left";
        case ErrorCode::Unsupported:
            return "libcurl cannot use this proxy";
        default:
            return "the answer is not HTTP as it should be";
    }
}

const char* limitOf(ErrorCode code) {
    switch (code) {
        case ErrorCode::ConnectTimeout:
            return "connectTimeout";
        case ErrorCode::HeadTooLarge:
            return "maxHeadBytes";
        default:
            return "";
    }
}

/// A text of libcurl's that adds something. That about a proxy it cannot use would show the
/// password within.
std::string reasonOf(ErrorCode code, const CurlFailure& failure) {
    if (code == ErrorCode::Unsupported || code == ErrorCode::NoThread) return {};
    if (code == ErrorCode::HeadTooLarge) return {};
    return ": " + (failure.details.empty() ? curl_easy_strerror(failure.result) : failure.details);
}

Error callFailed(const char* call, bool hasNoMemory, const std::string& why) {
    if (hasNoMemory)
        return Error(ErrorCode::NoMemory, std::string("libcurl got no memory, in ") + call);
    return Error(ErrorCode::InternalError, std::string("libcurl's ") + call + " failed: " + why);
}

}  // namespace

Error errorFromCall(const char* call, CURLcode result) {
    return callFailed(call, result == CURLE_OUT_OF_MEMORY, curl_easy_strerror(result));
}
Error errorFromCall(const char* call, CURLMcode result) {
    return callFailed(call, result == CURLM_OUT_OF_MEMORY, curl_multi_strerror(result));
}
Error errorFromCall(const char* call, CURLHcode result) {
    return callFailed(call, result == CURLHE_OUT_OF_MEMORY,
                      "CURLHcode " + std::to_string(static_cast<int>(result)));
}

Error errorFromOption(CURLoption option, CURLcode result) {
    const curl_easyoption* const known = curl_easy_option_by_id(option);
    const auto code = result == CURLE_OUT_OF_MEMORY ? ErrorCode::NoMemory : ErrorCode::Unsupported;
    return Error(code, std::string("libcurl refuses the option ") +
                           (known != nullptr ? known->name : "that it lacks") + ": " +
                           curl_easy_strerror(result));
}

Error errorFromCurl(const CurlFailure& failure) {
    const ErrorCode code = closerCodeOf(failure).value_or(codeOf(failure));
    std::string what = meaningOf(code, failure);
    if (!failure.proxy.empty()) what += ", by way of the proxy " + failure.proxy;
    what += reasonOf(code, failure);
    detail::ErrorBuilder error(code, std::move(what));
    error.limit(limitOf(code));
    if (code == ErrorCode::ProxyRefused) error.http(static_cast<int>(failure.connectStatus));
    return error.build();
}

Error errorFromUnknownToProxy(const std::string& proxy) {
    detail::ErrorBuilder error(
        ErrorCode::ProxyRefused,
        "the proxy " + proxy +
            " wants to know who comes: ClientOptions::proxy() takes user and "
            "secret, HTTP 407");
    error.http(407);
    return error.build();
}

}  // namespace ksqldb::transport
