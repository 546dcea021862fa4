#pragma once
#include <curl/curl.h>

#include <memory>

namespace ksqldb::transport {

/// The calls of libcurl that can fail or hold resources: fooBar() is curl_foo_bar(). Tests override
/// some, to count handles or to make a call fail. None of them is made for each piece of an answer.
class CurlApi {
public:
    virtual ~CurlApi() = default;

    template <class Value>
    CURLcode easySetopt(CURL* easy, CURLoption option, Value value) {
        const CURLcode before = beforeSetopt(option);
        return before != CURLE_OK ? before : curl_easy_setopt(easy, option, value);
    }
    template <class Value>
    CURLMcode multiSetopt(CURLM* multi, CURLMoption option, Value value) {
        const CURLMcode before = beforeMultiSetopt(option);
        return before != CURLM_OK ? before : curl_multi_setopt(multi, option, value);
    }
    /// Where it fails, the value stays as it was.
    template <class Value>
    CURLcode easyGetinfo(CURL* easy, CURLINFO what, Value* value) {
        const CURLcode before = beforeGetinfo(what);
        return before != CURLE_OK ? before : curl_easy_getinfo(easy, what, value);
    }

    virtual CURL* easyInit();
    virtual void easyCleanup(CURL* easy);
    virtual CURLcode easyPause(CURL* easy, int paused);
    virtual CURLHcode easyHeader(CURL* easy, const char* name, curl_header** header);
    virtual curl_slist* slistAppend(curl_slist* list, const char* text);
    virtual CURLM* multiInit();
    virtual void multiCleanup(CURLM* multi);
    virtual CURLMcode multiAddHandle(CURLM* multi, CURL* easy);
    virtual CURLMcode multiRemoveHandle(CURLM* multi, CURL* easy);
    virtual CURLMcode multiPerform(CURLM* multi, int* running);
    virtual CURLMcode multiPoll(CURLM* multi, int timeoutMs);
    virtual CURLMcode multiSocketAction(CURLM* multi, curl_socket_t socket, int ready,
                                        int* running);
    virtual CURLMcode multiWakeup(CURLM* multi);
    virtual const CURLMsg* multiInfoRead(CURLM* multi, int* left);

    /// libcurl itself, initialised.
    static CurlApi& real();

private:
    // What is not OK is the call's result, and libcurl is not asked.
    virtual CURLcode beforeSetopt(CURLoption option);
    virtual CURLMcode beforeMultiSetopt(CURLMoption option);
    virtual CURLcode beforeGetinfo(CURLINFO what);
};

/// A multi handle and who cleans it up.
struct MultiDeleter {
    CurlApi* api;
    void operator()(CURLM* multi) const { api->multiCleanup(multi); }
};
using MultiHandle = std::unique_ptr<CURLM, MultiDeleter>;

}  // namespace ksqldb::transport
