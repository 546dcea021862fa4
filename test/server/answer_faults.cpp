#include "answer_faults.h"

#include "json.h"
#include "own_answers.h"

#include <atomic>
#include <memory>
#include <utility>

namespace ksqldb::server {

namespace {

using Count = std::atomic<std::size_t>;

}  // namespace

Script firstRequests(std::size_t count, Script script) {
    return [count, script = std::move(script), seen = std::make_shared<Count>(0)](Exchange& to) {
        if ((*seen)++ < count) return script(to);
        to.pass();
    };
}

Script everyNth(std::size_t n, Script script) {
    return [n, script = std::move(script), seen = std::make_shared<Count>(0)](Exchange& to) {
        if (++(*seen) % n == 0) return script(to);
        to.pass();
    };
}

Script refusing(int status, int code, std::string message, Headers headers) {
    return [=, body = genericError(code, message)](Exchange& exchange) {
        refuse(exchange, status, body, headers);
    };
}

Script rateLimited(Headers headers) {
    return refusing(429, 42900, "Host is at rate limit for pull queries. Currently set to 2.0 qps.",
                    std::move(headers));
}

Script failing(AnswerFaults faults) {
    return [faults](Exchange& exchange) {
        exchange.spoil(faults);
        exchange.pass();
    };
}

}  // namespace ksqldb::server
