/* Many WebSocket subscribers in one process, cheap enough to leave the server the bottleneck.
 *
 *   subscribers PORT PATH SOCKETS STALLED FIRST TRIGGER_PORT UPDATES WARM_UP
 *
 * Opens SOCKETS connections to PATH, in which "%d" becomes the number of the socket. One is ready when it has got FIRST
 * messages; the first STALLED of them never read again after that. Prints a line of JSON and waits for a line on stdin.
 * Then a byte to TRIGGER_PORT asks for an update, again as soon as everybody has it, WARM_UP + UPDATES times, and a
 * second line of JSON says how long it took from the byte to the message. It looks at no content: every message counts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IN_FLIGHT 50
#define PATIENCE 20.0
#define STALLED_WINDOW 4096

enum stage { CONNECTING, HANDSHAKE, OPEN, READY, STALLED, GONE };

struct subscriber {
    int fd, messages;
    enum stage stage;
    unsigned char *held; /* what has come of an unfinished frame or handshake */
    size_t length;
};

static struct subscriber *all;
static int epoll_fd, port, sockets, stalled, first, ready, gone, received;
static const char *path;
static double asked_at, last_at, *delays;
static size_t delay_count;
static unsigned char chunk[1 << 20];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in address(int at) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(at)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static void watch(struct subscriber *s, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = s};
    epoll_ctl(epoll_fd, operation, s->fd, &event);
}

static void lose(struct subscriber *s) {
    if (s->stage == READY) ready--;
    s->stage = GONE;
    gone++;
    close(s->fd);
}

static void dial(struct subscriber *s) {
    struct sockaddr_in to = address(port);
    int one = 1, window = STALLED_WINDOW;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (s->fd < 0) fail("socket");
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (s - all < stalled) setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
    if (connect(s->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) fail("connect");
    watch(s, EPOLL_CTL_ADD, EPOLLOUT);
}

static void ask_for_upgrade(struct subscriber *s) {
    char where[300], request[600];
    snprintf(where, sizeof where, path, (int)(s - all));
    int length = snprintf(request, sizeof request,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                          where, port);
    if (send(s->fd, request, length, MSG_NOSIGNAL) != length) { lose(s); return; }
    s->stage = HANDSHAKE;
    watch(s, EPOLL_CTL_MOD, EPOLLIN);
}

static void got_message(struct subscriber *s) {
    if (++s->messages < first) return;
    if (s->messages == first) {
        s->stage = READY;
        if (s - all < stalled) {
            s->stage = STALLED;
            watch(s, EPOLL_CTL_DEL, 0);
        }
        ready++;
        return;
    }
    last_at = now();
    received++;
    delays[delay_count++] = last_at - asked_at;
}

static void answer_ping(struct subscriber *s, const unsigned char *payload, size_t length) {
    unsigned char pong[6 + 125] = {0x8A, 0x80 | length}; /* masked with zeros */
    memcpy(pong + 6, payload, length);
    if (send(s->fd, pong, 6 + length, MSG_NOSIGNAL) < 0) lose(s);
}

/* Handles whole frames; returns how many bytes they had. */
static size_t read_frames(struct subscriber *s, const unsigned char *bytes, size_t length) {
    size_t done = 0;
    while (length - done >= 2 && s->stage != GONE) {
        const unsigned char *frame = bytes + done;
        size_t head = 2, body = frame[1] & 127;
        if (body == 126) {
            if (length - done < 4) break;
            head = 4;
            body = frame[2] << 8 | frame[3];
        } else if (body == 127) {
            if (length - done < 10) break;
            head = 10;
            body = (size_t)frame[6] << 24 | frame[7] << 16 | frame[8] << 8 | frame[9];
        }
        if (length - done < head + body) break;
        switch (frame[0] & 15) {
            case 1: got_message(s); break;
            case 8: lose(s); break;
            case 9: answer_ping(s, frame + head, body); break;
        }
        done += head + body;
    }
    return done;
}

static size_t read_handshake(struct subscriber *s, const unsigned char *bytes, size_t length) {
    unsigned char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (end == NULL) return 0;
    if (memcmp(bytes, "HTTP/1.1 101", 12)) {
        fprintf(stderr, "refused: %.80s\n", bytes);
        lose(s);
        return 0;
    }
    s->stage = OPEN;
    size_t head = end + 4 - bytes;
    return head + read_frames(s, bytes + head, length - head);
}

static void hear(struct subscriber *s) {
    memcpy(chunk, s->held, s->length);
    ssize_t count = read(s->fd, chunk + s->length, sizeof chunk - s->length);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) { lose(s); return; }
    size_t length = s->length + count;
    size_t done = s->stage == HANDSHAKE ? read_handshake(s, chunk, length) : read_frames(s, chunk, length);
    if (s->stage == GONE) return;
    s->length = length - done;
    s->held = realloc(s->held, s->length + 1);
    memcpy(s->held, chunk + done, s->length);
}

static void wait_for_events(void) {
    struct epoll_event events[256];
    int count = epoll_wait(epoll_fd, events, 256, 100);
    for (int i = 0; i < count; i++) {
        struct subscriber *s = events[i].data.ptr;
        if (s->stage == CONNECTING) ask_for_upgrade(s);
        else if (s->stage != GONE && s->stage != STALLED) hear(s);
    }
}

static double connect_all(void) {
    double start = now(), moved_at = start;
    for (int started = 0, seen = 0; ready + gone < sockets && now() - moved_at < PATIENCE;) {
        while (started < sockets && started - ready - gone < IN_FLIGHT) dial(&all[started++]);
        wait_for_events();
        if (ready + gone != seen) { seen = ready + gone; moved_at = now(); }
    }
    return now() - start;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *values, size_t count, double part) {
    if (count == 0) return 0;
    qsort(values, count, sizeof *values, ascending);
    return values[(size_t)(part * (count - 1))];
}

/* Seconds until everybody had it. */
static double one_update(int trigger, int *missing) {
    received = 0;
    asked_at = last_at = now();
    if (write(trigger, "!", 1) != 1) fail("trigger");
    while (received < ready - stalled && now() - asked_at < PATIENCE) wait_for_events();
    *missing += ready - stalled - received;
    return last_at - asked_at;
}

int main(int argc, char **argv) {
    if (argc != 9) { fprintf(stderr, "see the first lines of subscribers.c\n"); return 2; }
    port = atoi(argv[1]), path = argv[2], sockets = atoi(argv[3]), stalled = atoi(argv[4]), first = atoi(argv[5]);
    int updates = atoi(argv[7]), warm_up = atoi(argv[8]), missing = 0;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll_fd = epoll_create1(0);
    all = calloc(sockets, sizeof *all);
    delays = calloc((size_t)sockets * (updates + warm_up + 2), sizeof *delays);
    for (int i = 0; i < sockets; i++) all[i].held = malloc(1);

    double seconds = connect_all();
    printf("{\"connected\": %d, \"connect_seconds\": %.6f}\n", ready, seconds);
    fflush(stdout);
    while (getchar() != '\n') {}

    struct sockaddr_in to = address(atoi(argv[6]));
    int trigger = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(trigger, (struct sockaddr *)&to, sizeof to)) fail("trigger");
    for (int i = 0; i < warm_up; i++) one_update(trigger, &missing);
    printf("{\"warm\": true}\n");
    fflush(stdout);
    while (getchar() != '\n') {}

    double total = 0, *last = calloc(updates, sizeof *last);
    delay_count = 0;
    for (int i = 0; i < updates; i++) total += last[i] = one_update(trigger, &missing);
    size_t deliveries = delay_count;
    printf("{\"deliveries\": %zu, \"missing\": %d, \"gone\": %d, \"seconds\": %.6f, \"p50\": %.6f, \"p99\": %.6f, "
           "\"last\": %.6f}\n",
           deliveries, missing, gone, total, quantile(delays, deliveries, 0.5), quantile(delays, deliveries, 0.99),
           quantile(last, updates, 0.5));
    fflush(stdout);
    while (getchar() != '\n') {}
    return 0;
}
