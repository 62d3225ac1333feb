/**
 * A pool of two CPython processes that does what it is told, line by line: `WORK COUNT MOST`. It prints
 * the figure of each, in the unit of the comparison. With the argument `first` it prints how many milliseconds
 * a new pool takes for its first result, and ends.
 */
export const cpythonProgram = `
import concurrent.futures, multiprocessing, sys, threading, time

def square(n):
    return n * n

def bill(order):
    return {'id': order['id'], 'total': order['price'] * order['amount'], 'paid': False}

def touch(value):
    value[0] = (value[0] + 1) % 256
    return value

def spin(milliseconds):
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        pass
    return milliseconds

def number(i):
    return i

def order(i):
    return {'id': i, 'name': f'order {i}', 'price': i % 100, 'amount': 3}

def array(i):
    return bytearray(1024 * 1024)

def millisecond(i):
    return 1

tasks = {'numbers': (square, number), 'objects': (bill, order), 'bytes': (touch, array),
         'millisecond': (spin, millisecond)}

class Pool:
    def __init__(self):
        self.pool = multiprocessing.Pool(2)

    def submit(self, fn, value, done):
        self.pool.apply_async(fn, (value,), callback=done)

    def call(self, fn, value):
        return self.pool.apply(fn, (value,))

    def map(self, fn, values):
        return self.pool.map(fn, values)

    def end(self):
        self.pool.terminate()

class Executor:
    def __init__(self):
        self.pool = concurrent.futures.ProcessPoolExecutor(2)

    def submit(self, fn, value, done):
        self.pool.submit(fn, value).add_done_callback(lambda future: done(future.result()))

    def call(self, fn, value):
        return self.pool.submit(fn, value).result()

    def map(self, fn, values):
        # One by one unless told: its documentation says so for long inputs.
        return list(self.pool.map(fn, values, chunksize=len(values) // 8))

    def end(self):
        self.pool.shutdown()

def together(pool, kind, count, most):
    fn, value = tasks[kind]
    room = threading.Semaphore(most)
    over = threading.Event()
    left = [count]
    def done(result):
        left[0] -= 1
        if left[0] == 0:
            over.set()
        room.release()
    start = time.perf_counter()
    for i in range(count):
        room.acquire()
        pool.submit(fn, value(i), done)
    over.wait()
    return count / (time.perf_counter() - start)

def turns(pool, count):
    start = time.perf_counter()
    for i in range(count):
        pool.call(square, i)
    return (time.perf_counter() - start) / count * 1e6

def mapping(pool, count):
    values = list(range(count))
    start = time.perf_counter()
    pool.map(square, values)
    return count / (time.perf_counter() - start) / 1e6

def first(kind):
    start = time.perf_counter()
    pool = kind()
    pool.call(square, 2)
    took = (time.perf_counter() - start) * 1e3
    pool.end()
    return took

if __name__ == '__main__':
    kind = {'Pool': Pool, 'Executor': Executor}[sys.argv[1]]
    if sys.argv[2:] == ['first']:
        print(first(kind))
        sys.exit()
    pool = kind()
    for line in sys.stdin:
        what, count, most = line.split()
        count, most = int(count), int(most)
        if what == 'turns':
            figure = turns(pool, count)
        elif what == 'map':
            figure = mapping(pool, count)
        else:
            figure = together(pool, what, count, most)
        print(figure, flush=True)
    pool.end()
`;
