#include "answering.h"

#include "exchange.h"
#include "own_answers.h"

namespace ksqldb::server {

bool isAnsweredWhileItComes(const Request& request, const ServerState& state) {
    return state.whileTheyCome || request.path().ends_with("/inserts-stream");  // below any path
}

void answer(const Request& request, Stream& stream, ServerState& state) {
    Exchange exchange(request, stream, state);
    if (state.readiness.refuses()) return answerNotReady(exchange);
    if (request.path() == Tokens::path && !state.whileTheyCome)
        return state.credentials.tokens().answer(exchange);
    const auto verdict = state.credentials.judge(request);
    if (verdict != Credentials::Verdict::Accepted) return answerUnauthorized(exchange, verdict);
    if (isOverLimit(request, state)) return answerOverLimit(exchange, state);
    for (const auto& script : state.scripts.matching(request)) {
        script(exchange);
        if (!exchange.takePassed()) return;
    }
    answerItself(exchange, state);
}

}  // namespace ksqldb::server
