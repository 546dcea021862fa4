#pragma once
#include <curl/curl.h>

namespace ksqldb::transport {

/// The calls of libcurl that can fail or hold resources: fooBar() is curl_foo_bar(). Tests override
/// some, to count handles or to make a call fail.
class CurlApi {
public:
    virtual ~CurlApi() = default;

    virtual CURL* easyInit();
    virtual void easyCleanup(CURL* easy);
    virtual CURLM* multiInit();
    virtual void multiCleanup(CURLM* multi);
    virtual CURLMcode multiAddHandle(CURLM* multi, CURL* easy);
    virtual void multiRemoveHandle(CURLM* multi, CURL* easy);
    virtual CURLMcode multiPerform(CURLM* multi, int* running);
    virtual CURLMcode multiPoll(CURLM* multi, int timeoutMs);
    virtual CURLMcode multiSocketAction(CURLM* multi, curl_socket_t socket, int ready,
                                        int* running);
    virtual void multiWakeup(CURLM* multi);

    /// libcurl itself, initialised.
    static CurlApi& real();
};

}  // namespace ksqldb::transport
