#include "transport/curl_api.h"

#include "base/immortal.h"

namespace ksqldb::transport {

CURL* CurlApi::easyInit() { return curl_easy_init(); }
void CurlApi::easyCleanup(CURL* easy) { curl_easy_cleanup(easy); }
CURLcode CurlApi::easyPause(CURL* easy, int paused) { return curl_easy_pause(easy, paused); }
CURLHcode CurlApi::easyHeader(CURL* easy, const char* name, curl_header** header) {
    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, header);
}
curl_slist* CurlApi::slistAppend(curl_slist* list, const char* text) {
    return curl_slist_append(list, text);
}
CURLM* CurlApi::multiInit() { return curl_multi_init(); }
void CurlApi::multiCleanup(CURLM* multi) { curl_multi_cleanup(multi); }
CURLMcode CurlApi::multiAddHandle(CURLM* multi, CURL* easy) {
    return curl_multi_add_handle(multi, easy);
}
CURLMcode CurlApi::multiRemoveHandle(CURLM* multi, CURL* easy) {
    return curl_multi_remove_handle(multi, easy);
}
CURLMcode CurlApi::multiPerform(CURLM* multi, int* running) {
    return curl_multi_perform(multi, running);
}
CURLMcode CurlApi::multiPoll(CURLM* multi, int timeoutMs) {
    return curl_multi_poll(multi, nullptr, 0, timeoutMs, nullptr);
}
CURLMcode CurlApi::multiSocketAction(CURLM* multi, curl_socket_t socket, int ready, int* running) {
    return curl_multi_socket_action(multi, socket, ready, running);
}
CURLMcode CurlApi::multiWakeup(CURLM* multi) { return curl_multi_wakeup(multi); }
const CURLMsg* CurlApi::multiInfoRead(CURLM* multi, int* left) {
    return curl_multi_info_read(multi, left);
}

CURLcode CurlApi::beforeSetopt(CURLoption) { return CURLE_OK; }
CURLMcode CurlApi::beforeMultiSetopt(CURLMoption) { return CURLM_OK; }
CURLcode CurlApi::beforeGetinfo(CURLINFO) { return CURLE_OK; }

CurlApi& CurlApi::real() {
    static auto& api = base::immortal<CurlApi>();
    // Once for the process and never undone: other users of libcurl may be left when we end.
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(initialised);
    return api;
}

}  // namespace ksqldb::transport
