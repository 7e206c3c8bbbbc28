/* The least that fan-out can cost: one send() of one ready frame per socket, and nothing else.
 *
 *   raw_server PORT TRIGGER_PORT BYTES
 *
 * It is not a WebSocket server: it answers whatever comes with the one handshake that our subscribers' fixed key needs.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 65536

static const char HANDSHAKE[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: ICX+Yqv66kxgM0FcWaLWlFLwTAI=\r\n\r\n";
static int epoll_fd, trigger = -1, subscribers[MOST], count, is_subscriber[MOST];
static char frame[MOST];
static int frame_bytes;

static int listen_at(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 4096)) { perror("listen"); exit(1); }
    return fd;
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

static void take(int listener) {
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    watch(fd);
}

static void send_to_all(void) {
    for (int i = 0; i < count; i++) send(subscribers[i], frame, frame_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void lose(int fd) {
    for (int i = 0; i < count && is_subscriber[fd]; i++)
        if (subscribers[i] == fd) subscribers[i] = subscribers[--count], is_subscriber[fd] = 0;
    if (fd == trigger) trigger = -1;
    close(fd);
}

static void greet(int fd) {
    send(fd, HANDSHAKE, sizeof HANDSHAKE - 1, MSG_NOSIGNAL);
    send(fd, frame, frame_bytes, MSG_NOSIGNAL);
    is_subscriber[fd] = 1;
    subscribers[count++] = fd;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int body = atoi(argv[3]);
    frame[0] = (char)0x81, frame[1] = 126, frame[2] = (char)(body >> 8), frame[3] = (char)body;
    memset(frame + 4, 'a', body);
    frame_bytes = 4 + body;
    epoll_fd = epoll_create1(0);
    int listener = listen_at(atoi(argv[1])), trigger_listener = listen_at(atoi(argv[2]));
    watch(listener), watch(trigger_listener);
    for (;;) {
        struct epoll_event events[256];
        int happened = epoll_wait(epoll_fd, events, 256, -1);
        for (int i = 0; i < happened; i++) {
            int fd = events[i].data.fd;
            char bytes[4096];
            if (fd == listener) take(fd);
            else if (fd == trigger_listener) watch(trigger = accept4(fd, NULL, NULL, SOCK_NONBLOCK));
            else if (read(fd, bytes, sizeof bytes) <= 0) lose(fd);
            else if (fd == trigger) send_to_all();
            else if (!is_subscriber[fd]) greet(fd);
        }
    }
}
