#include "transport/curl_error.h"

#include "base/error_builder.h"

namespace ksqldb::transport {

namespace {

struct Meaning {
    ErrorCode code;
    bool retryable;
    const char* limit = "";
};

Meaning meaningOf(CURLcode result, bool hadHead) {
    switch (result) {
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_INTERFACE_FAILED:
            return {ErrorCode::ConnectFailed, true};
        case CURLE_OPERATION_TIMEDOUT:  // the only limit that libcurl itself is given
            return {ErrorCode::ConnectTimeout, true, "connectTimeout"};
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
            return {ErrorCode::TlsFailed, false};
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_SSL_SHUTDOWN_FAILED:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
        case CURLE_AGAIN:
        case CURLE_PROXY:
            return {ErrorCode::ConnectionLost, true};
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_BAD_CONTENT_ENCODING:
            return {ErrorCode::MalformedResponse, false};
        default:  // whatever a newer libcurl has
            return {hadHead ? ErrorCode::ConnectionLost : ErrorCode::ConnectFailed, true};
    }
}

}  // namespace

Error errorFromCurl(CURLcode result, const std::string& details, bool hadHead) {
    const Meaning meaning = meaningOf(result, hadHead);
    std::string what;
    switch (meaning.code) {
        case ErrorCode::ConnectFailed:
            what = "no connection";
            break;
        case ErrorCode::ConnectTimeout:
            what = "no connection within connectTimeout";
            break;
        case ErrorCode::TlsFailed:
            what = "no trusted TLS connection";
            break;
        case ErrorCode::ConnectionLost:
            what = hadHead ? "the connection was lost before the answer was complete"
                           : "the connection was lost before an answer came";
            break;
        default:
            what = "the answer is not HTTP as it should be";
            break;
    }
    what += ": " + (details.empty() ? std::string(curl_easy_strerror(result)) : details);
    return detail::ErrorBuilder(meaning.code, std::move(what))
        .retryable(meaning.retryable)
        .limit(meaning.limit)
        .build();
}

}  // namespace ksqldb::transport
