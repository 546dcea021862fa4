#include "transport/curl_api.h"

namespace ksqldb::transport {

CURL* CurlApi::easyInit() { return curl_easy_init(); }
void CurlApi::easyCleanup(CURL* easy) { curl_easy_cleanup(easy); }
CURLM* CurlApi::multiInit() { return curl_multi_init(); }
void CurlApi::multiCleanup(CURLM* multi) { curl_multi_cleanup(multi); }
CURLMcode CurlApi::multiAddHandle(CURLM* multi, CURL* easy) {
    return curl_multi_add_handle(multi, easy);
}
void CurlApi::multiRemoveHandle(CURLM* multi, CURL* easy) { curl_multi_remove_handle(multi, easy); }
CURLMcode CurlApi::multiPerform(CURLM* multi, int* running) {
    return curl_multi_perform(multi, running);
}
CURLMcode CurlApi::multiPoll(CURLM* multi, int timeoutMs) {
    return curl_multi_poll(multi, nullptr, 0, timeoutMs, nullptr);
}
CURLMcode CurlApi::multiSocketAction(CURLM* multi, curl_socket_t socket, int ready, int* running) {
    return curl_multi_socket_action(multi, socket, ready, running);
}
void CurlApi::multiWakeup(CURLM* multi) { curl_multi_wakeup(multi); }

CurlApi& CurlApi::real() {
    static CurlApi api;
    // Once for the process and never undone: other users of libcurl may be left when we end.
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
    return api;
}

}  // namespace ksqldb::transport
